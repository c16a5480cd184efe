import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../layout/home';
import type { ProcessStep, Step, TaskStep } from '../parts/part';
import { inheritedEnvironment } from '../parts/services';
import { mustBeFree } from './free-ports';
import { takeLock } from './lock';
import { rotateIfLarge, tailOf } from './log-file';
import { endOrphans, recordChildren } from './orphans';
import { startOrder, stopRounds } from './plan';
import { ProcessKeeper } from './process-keeper';
import { openStatusServer, type StatusServer } from './status-server';

export interface SupervisorHooks {
  /** What happened, for the log and the person at the terminal. */
  onEvent(event: { part: string; what: string }): void;
  /** Called whenever pids changed, with the processes that run now. */
  onProcesses(keepers: readonly ProcessKeeper[]): void;
  /** Called once, when everything has ended. */
  onStopped(): void;
}

const ROTATE_EVERY_MS = 10_000;
const TAIL_LINES = 15;

/**
 * Runs a plan of processes and tasks: each starts when what it needs is ready, ends in reverse order, and is brought back
 * whenever it ends by itself. One supervisor per state folder.
 */
export class Supervisor {
  readonly steps: readonly Step[];
  private readonly keepers = new Map<string, ProcessKeeper>();
  private readonly begun = new Map<string, Promise<void>>();
  private status: StatusServer | null = null;
  private rotation: NodeJS.Timeout | null = null;
  private releaseLock: () => void = () => undefined;
  private stopping: Promise<void> | null = null;

  constructor(private readonly layout: Layout, steps: readonly Step[], only: readonly string[] | null, private readonly hooks: SupervisorHooks) {
    this.steps = startOrder(steps, only);
    for (const step of this.steps) if (step.kind === 'process') this.keepers.set(step.name, this.keeperOf(step));
  }

  /**
   * Takes the folder, ends what a killed supervisor left, and sets every step going; `started` tells of each.
   * @throws {AlreadyRunning} when another supervisor has the folder; {Error} when a port is taken.
   */
  async begin(): Promise<void> {
    this.releaseLock = takeLock(this.layout.lockFile);
    try {
      mkdirSync(this.layout.logs, { recursive: true });
      for (const { name, pid } of await endOrphans(this.layout.childrenFile)) this.hooks.onEvent({ part: name, what: `ended an orphan of an earlier supervisor (pid ${pid})` });
      await mustBeFree(this.layout, [...this.keepers.values()].map(({ step }) => step));
      this.status = await openStatusServer(this.layout.ports.supervisor, () => [...this.keepers.values()]);
    } catch (error) {
      this.releaseLock();
      throw error;
    }
    this.rotation = setInterval(() => this.rotateLogs(), ROTATE_EVERY_MS);
    for (const step of this.steps) {
      const run = this.run(step);
      run.catch(() => undefined); // told to whoever awaits started()
      this.begun.set(step.name, run);
    }
  }

  /** Resolves when the step is ready (a task: done). @throws when it, or something it needs, failed to start. */
  started(name: string): Promise<void> {
    const run = this.begun.get(name);
    if (!run) throw new Error(`${name} is not in this stack`);
    return run;
  }

  async allStarted(): Promise<void> {
    await Promise.all([...this.begun.values()]);
  }

  /** Ends everything in reverse order and gives the folder back. Safe to call more than once. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll());
  }

  private async stopAll(): Promise<void> {
    if (this.rotation) clearInterval(this.rotation);
    for (const round of stopRounds(this.steps)) await Promise.all(round.map(({ name }) => this.keepers.get(name)?.stop()));
    await this.status?.close();
    this.write(() => {
      recordChildren(this.layout.childrenFile, []);
      this.hooks.onStopped();
    });
    this.releaseLock();
  }

  private async run(step: Step): Promise<void> {
    await Promise.all(step.needs.map((need) => this.begun.get(need)));
    if (this.stopping) throw new Error(`${step.name}: stopped before it was started`);
    await (step.kind === 'task' ? this.runTask(step) : this.startProcess(step));
    this.hooks.onEvent({ part: step.name, what: step.kind === 'task' ? 'done' : 'ready' });
  }

  private async runTask(task: TaskStep): Promise<void> {
    try {
      await task.run();
    } catch (error) {
      throw new Error(`${task.name} failed: ${(error as Error).message}`, { cause: error });
    }
  }

  private async startProcess(step: ProcessStep): Promise<void> {
    try {
      await this.keepers.get(step.name)?.start();
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${tailOf(this.logPath(step.name), TAIL_LINES)}`, { cause: error });
    }
  }

  private keeperOf(step: ProcessStep): ProcessKeeper {
    return new ProcessKeeper(step, {
      logPath: this.logPath(step.name),
      cwd: this.layout.root,
      env: inheritedEnvironment(process.env),
      onChange: () => this.onChange(),
      onEnded: ({ step: { name } }, how) => {
        this.status?.onEnded(name);
        this.hooks.onEvent({ part: name, what: `ended (${how}); starting it again` });
      },
    });
  }

  /**
   * The record of children comes first: were the supervisor killed here, its successor would know of the newest process. When
   * the files cannot be written (disk full), the processes are kept and ended all the same.
   */
  private onChange(): void {
    const keepers = [...this.keepers.values()];
    this.write(() => {
      recordChildren(this.layout.childrenFile, keepers.flatMap(({ step: { name }, identity }) => (identity ? [{ name, ...identity }] : [])));
      this.hooks.onProcesses(keepers);
    });
  }

  private write(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.hooks.onEvent({ part: 'supervisor', what: `its files could not be written: ${(error as Error).message}` });
    }
  }

  private rotateLogs(): void {
    this.write(() => {
      for (const name of this.keepers.keys()) rotateIfLarge(this.logPath(name));
    });
  }

  private logPath(name: string): string {
    return join(this.layout.logs, `${name}.log`);
  }
}
