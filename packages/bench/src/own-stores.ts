import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { layoutFrom } from '@stakewatch/local-stack';

const HOME = '.stakewatch/bench';
const PORT_BASE = '8800';
const PARTS = 'kafka,registry,redis,clickhouse,receiver';

/** Brokers and stores of the bench's own, apart from a stack that runs: new for every suite, as what one leaves behind is work for the next. */
export class OwnStores {
  private constructor(
    private readonly main: string,
    private readonly home: string,
  ) {}

  /** Null when STAKEWATCH_HOME names a stack to measure on. Else the environment is pointed at the bench's own. */
  static unlessGiven(environment: NodeJS.ProcessEnv): OwnStores | null {
    if (environment['STAKEWATCH_HOME']) return null;
    environment['STAKEWATCH_HOME'] = HOME;
    environment['STAKEWATCH_PORT_BASE'] ??= PORT_BASE;
    const { root, home } = layoutFrom(environment);
    return new OwnStores(join(root, 'packages', 'local-stack', 'dist', 'main.js'), home);
  }

  /** Ends what an interrupted run left, and starts with empty stores. */
  up(): void {
    this.run('down');
    rmSync(this.home, { recursive: true, force: true });
    this.run('up', '--only', PARTS);
  }

  down(): void {
    this.run('down');
  }

  private run(...args: readonly string[]): void {
    execFileSync(process.execPath, [this.main, ...args], { stdio: ['ignore', 2, 2] });
  }
}
