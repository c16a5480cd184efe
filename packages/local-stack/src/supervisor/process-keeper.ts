import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessStep } from '../parts/part';
import { failuresAfter, restartDelay } from './backoff';
import { closeLog, openLog } from './log-file';
import { identityOf, type ProcessIdentity, signalGroup } from './process-identity';

export type KeeperState = 'waiting' | 'starting' | 'ready' | 'restarting' | 'stopping' | 'stopped';

export interface KeeperOptions {
  readonly logPath: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Called on every change of state or pid. */
  readonly onChange: (keeper: ProcessKeeper) => void;
  /** Called when the process ended without being asked to, or could not be started. */
  readonly onEnded: (keeper: ProcessKeeper, how: string) => void;
}

/** Ends in a row before the first ready after which a start counts as failed; later, restarts never end. */
const START_ATTEMPTS = 3;
const PROBE_EVERY_MS = 150;

/** Keeps one part alive: starts it, sees when it is ready, starts it again whenever it ends, until it is told to stop. */
export class ProcessKeeper {
  state: KeeperState = 'waiting';
  identity: ProcessIdentity | null = null;
  restarts = 0;
  /** Why it is not ready, as its probe last said. */
  notReady: string | null = null;

  private child: ChildProcess | null = null;
  private readonly stopped = new AbortController();
  private loop: Promise<void> | null = null;

  constructor(readonly step: ProcessStep, private readonly options: KeeperOptions) {}

  /** Resolves when the part is ready for the first time. @throws when it ended three times before that, or was stopped. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.loop = this.keep(resolve, reject);
      this.loop.catch(reject);
    });
  }

  /** SIGTERM, and SIGKILL for the whole group when that takes too long. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.stopped.abort();
    const child = this.child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      this.become('stopping');
      const pid = child.pid;
      child.kill('SIGTERM');
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), this.step.stopTimeoutMs);
      await this.loop;
      clearTimeout(timer);
    } else {
      await this.loop?.catch(() => undefined); // a failed start has told its caller already
    }
    this.become('stopped');
  }

  private async keep(onFirstReady: () => void, onGaveUp: (error: Error) => void): Promise<void> {
    let failures = 0;
    let wasReady = false;
    while (!this.stopped.signal.aborted) {
      const { how, readyForMs } = await this.runOnce(() => {
        wasReady = true;
        onFirstReady();
      });
      if (this.stopped.signal.aborted) break;
      failures = failuresAfter(failures, readyForMs);
      this.options.onEnded(this, how);
      if (!wasReady && failures >= START_ATTEMPTS) {
        this.become('stopped');
        return onGaveUp(new Error(`${this.step.name} did not start: ${how}`));
      }
      this.restarts += 1;
      this.become('restarting');
      await delay(restartDelay(failures), undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
    onGaveUp(new Error(`${this.step.name} was stopped before it was ready`));
  }

  /** One life of the process, from spawn to its end. */
  private async runOnce(onReady: () => void): Promise<{ how: string; readyForMs: number | null }> {
    this.become('starting');
    try {
      await this.step.prepare?.();
    } catch (error) {
      return { how: `preparing it failed: ${(error as Error).message}`, readyForMs: null };
    }
    if (this.stopped.signal.aborted) return { how: 'stopped', readyForMs: null };
    const child = this.spawn();
    const ended = endOf(child);
    this.child = child;
    this.identity = child.pid === undefined ? null : (identityOf(child.pid) ?? { pid: child.pid, startedAt: null });
    this.become('starting');
    const over = new AbortController();
    void ended.then(() => over.abort());
    let readyAt: number | null = null;
    if (await this.untilReady(child, over.signal)) {
      readyAt = Date.now();
      this.become('ready');
      onReady();
    }
    const how = await ended;
    this.child = null;
    this.identity = null;
    // What it may have left behind in its process group would hold its ports and files.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    return { how, readyForMs: readyAt === null ? null : Date.now() - readyAt };
  }

  private spawn(): ChildProcess {
    const log = openLog(this.options.logPath);
    try {
      // A session of its own: Ctrl-C at the terminal reaches the supervisor alone, which ends the parts in order.
      return spawn(this.step.command, this.step.args, {
        cwd: this.options.cwd,
        env: { ...this.options.env, ...this.step.env },
        stdio: ['ignore', log, log],
        detached: true,
      });
    } finally {
      closeLog(log);
    }
  }

  private async untilReady(child: ChildProcess, over: AbortSignal): Promise<boolean> {
    const deadline = Date.now() + this.step.startTimeoutMs;
    while (!over.aborted && !this.stopped.signal.aborted) {
      this.notReady = await this.step.probe();
      if (over.aborted) return false;
      if (this.notReady === null) return true;
      if (Date.now() > deadline && child.pid !== undefined) {
        signalGroup(child.pid, 'SIGKILL');
        return false;
      }
      await delay(PROBE_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    }
    return false;
  }

  private become(state: KeeperState): void {
    // Stopping is final: a life that ends meanwhile changes nothing.
    if (this.stopped.signal.aborted && state !== 'stopping' && state !== 'stopped') return;
    this.state = state;
    this.options.onChange(this);
  }
}

/** Never rejects: a command that could not be started has ended too. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exited with ${code}`));
  });
}
