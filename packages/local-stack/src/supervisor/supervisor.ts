import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../layout/home';
import type { ProcessStep, Step, TaskStep } from '../parts/part';
import { inheritedEnvironment } from '../parts/services';
import { mustBeFree, mustNotListen } from './free-ports';
import { takeLock } from './lock';
import { rotateIfLarge, tailOf } from './log-file';
import { endOrphans, recordChildren } from './orphans';
import { parseOnly, startOrder, stopRounds } from './plan';
import { ProcessKeeper } from './process-keeper';
import { openStatusServer, type StatusServer, type TaskStatus } from './status-server';

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
  /** Those that run, each after all it needs. */
  steps: readonly Step[];
  private readonly keepers = new Map<string, ProcessKeeper>();
  private readonly begun = new Map<string, Promise<void>>();
  /** Tasks that were done. */
  private readonly done = new Set<string>();
  private status: StatusServer | null = null;
  private rotation: NodeJS.Timeout | null = null;
  private releaseLock: () => void = () => undefined;
  private stopping: Promise<void> | null = null;
  /** One after the other: each sees what the one before has begun. */
  private adding: Promise<unknown> = Promise.resolve();

  constructor(private readonly layout: Layout, private readonly all: readonly Step[], only: readonly string[] | null, private readonly hooks: SupervisorHooks) {
    this.steps = startOrder(all, only);
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
      this.status = await openStatusServer(this.layout.ports.supervisor, { keepers: () => [...this.keepers.values()], tasks: () => this.tasks(), add: (parts) => this.add(parts) });
    } catch (error) {
      this.releaseLock();
      throw error;
    }
    this.rotation = setInterval(() => this.rotateLogs(), ROTATE_EVERY_MS);
    for (const step of this.steps) void this.beginStep(step);
  }

  /**
   * Starts, beside what runs, those of `parts` (as --only names them) that are not there, and the tasks that they make possible.
   * Gives the steps that it began; `started` tells of each. Of two that ask at once the second finds nothing missing. What fails to
   * start is taken out again, so that who asks again tries again. @throws {Error} with nothing begun: an unknown part, a taken port, the end of the stack
   */
  add(parts: string): Promise<readonly string[]> {
    const added = this.adding.then(() => this.addNow(parseOnly(parts, this.all)));
    this.adding = added.catch(() => undefined);
    return added;
  }

  private async addNow(parts: readonly string[]): Promise<readonly string[]> {
    const steps = startOrder(this.all, [...this.keepers.keys(), ...parts]);
    const added = steps.filter((step) => !this.steps.includes(step));
    const processes = added.filter((step) => step.kind === 'process');
    await mustNotListen(processes);
    if (this.stopping) throw new Error('the stack is ending');
    for (const step of processes) this.keepers.set(step.name, this.keeperOf(step));
    this.steps = steps;
    for (const step of added) this.beginStep(step).catch(() => this.takeOut(step));
    return added.map(({ name }) => name);
  }

  private tasks(): readonly TaskStatus[] {
    return this.steps.filter(({ kind }) => kind === 'task').map(({ name }) => ({ name, state: this.done.has(name) ? 'done' : 'to do' }));
  }

  private takeOut(step: Step): void {
    if (this.stopping) return;
    this.steps = this.steps.filter((each) => each !== step);
    this.keepers.delete(step.name);
    this.begun.delete(step.name);
    this.hooks.onEvent({ part: step.name, what: 'did not start, and is left out until it is asked for again' });
  }

  private beginStep(step: Step): Promise<void> {
    const run = this.run(step);
    run.catch(() => undefined); // told to whoever awaits started()
    this.begun.set(step.name, run);
    return run;
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
      this.done.add(task.name);
      // What it made may stand in the files: the demo companies and their keys.
      this.onChange();
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
