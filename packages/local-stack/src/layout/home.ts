import { join, resolve } from 'node:path';
import { DEFAULT_PORT_BASE, type Ports, portsFrom } from './ports';

/** Where things lie: the repository, the state folder of one stack, and what all stacks of a checkout share. */
export interface Layout {
  readonly root: string;
  /** State of this stack: STAKEWATCH_HOME, else <root>/.stakewatch. */
  readonly home: string;
  readonly ports: Ports;
  readonly logs: string;
  readonly stackFile: string;
  readonly secretsFile: string;
  readonly lockFile: string;
  readonly childrenFile: string;
  /** Marks that the sample day was played to its end. */
  readonly sampleDayFile: string;
  /** Kafka's jars: no state, so shared by every stack of the checkout. */
  readonly kafkaLibs: string;
}

/** The repository's root, from packages/local-stack/{src,dist}/layout. */
const ROOT = resolve(__dirname, '..', '..', '..', '..');

/** @throws {RangeError} when STAKEWATCH_PORT_BASE is not usable. */
export function layoutFrom(environment: NodeJS.ProcessEnv, root = ROOT): Layout {
  const home = resolve(root, environment['STAKEWATCH_HOME'] || '.stakewatch');
  return {
    root,
    home,
    ports: portsFrom(environment['STAKEWATCH_PORT_BASE'] || DEFAULT_PORT_BASE),
    logs: join(home, 'logs'),
    stackFile: join(home, 'stack.json'),
    secretsFile: join(home, 'secrets.json'),
    lockFile: join(home, 'supervisor.lock'),
    childrenFile: join(home, 'children.json'),
    sampleDayFile: join(home, 'sample-day.json'),
    kafkaLibs: join(root, '.stakewatch', 'kafka', 'libs'),
  };
}
