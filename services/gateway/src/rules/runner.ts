import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RuleJob, RuleJobResult } from './jobs';

export interface RuleRunner {
  /** @throws {JobTooCostly | CompanyJobsFull | RunnerFull | RunnerClosed} */
  run(companyId: string, job: RuleJob): Promise<RuleJobResult>;
}

/** It took longer, or more memory, than a job may. */
export class JobTooCostly extends Error {
  override readonly name = 'JobTooCostly';
}
/** The company has as many jobs under way as it may have. */
export class CompanyJobsFull extends Error {
  override readonly name = 'CompanyJobsFull';
}
/** All companies together have. */
export class RunnerFull extends Error {
  override readonly name = 'RunnerFull';
}
export class RunnerClosed extends Error {
  override readonly name = 'RunnerClosed';
}

export interface RunnerLimits {
  /** Milliseconds of evaluation. */
  readonly runMs: number;
  /** Milliseconds until the thread has what it needs: modules, and for transactions the map. */
  readonly loadMs: number;
  /** Milliseconds without a job after which the thread, and the memory it holds, is given back. */
  readonly idleMs: number;
  /** Jobs of one company that are run or wait. */
  readonly perCompany: number;
  /** Jobs that are run or wait in all. */
  readonly inAll: number;
}

export const RUNNER_LIMITS: RunnerLimits = { runMs: 5_000, loadMs: 30_000, idleMs: 600_000, perCompany: 2, inAll: 32 };
const MEMORY_MB = 768;

interface Waiting {
  readonly companyId: string;
  readonly job: RuleJob;
  readonly resolve: (result: RuleJobResult) => void;
  readonly reject: (error: unknown) => void;
}

export const spawnRuleWorker = (): Worker => new Worker(join(__dirname, 'worker.js'), { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });

/**
 * Runs jobs one at a time on a thread of its own, so that no definition or list of events, however it is made, holds up the thread
 * that answers requests. A job that goes over its time is ended with its thread; the next one gets a new thread.
 */
export class WorkerRuleRunner implements RuleRunner {
  private readonly waiting: Waiting[] = [];
  private current: Waiting | null = null;
  private worker: Worker | null = null;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly spawn: () => Worker = spawnRuleWorker,
    private readonly limits: RunnerLimits = RUNNER_LIMITS,
  ) {}

  run(companyId: string, job: RuleJob): Promise<RuleJobResult> {
    if (this.closed) return Promise.reject(new RunnerClosed());
    const all = this.current ? [this.current, ...this.waiting] : this.waiting;
    if (all.filter((each) => each.companyId === companyId).length >= this.limits.perCompany) return Promise.reject(new CompanyJobsFull());
    if (all.length >= this.limits.inAll) return Promise.reject(new RunnerFull());
    return new Promise((resolve, reject) => {
      this.waiting.push({ companyId, job, resolve, reject });
      if (!this.current) this.next();
    });
  }

  /** Ends what is run and refuses what waits. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    for (const { reject } of this.waiting.splice(0)) reject(new RunnerClosed());
    this.current?.reject(new RunnerClosed());
    this.current = null;
    const worker = this.worker;
    this.worker = null;
    await worker?.terminate();
  }

  private next(): void {
    clearTimeout(this.timer);
    this.current = this.waiting.shift() ?? null;
    if (!this.current) {
      this.timer = setTimeout(() => this.drop(), this.limits.idleMs);
      this.timer.unref();
      return;
    }
    this.worker ??= this.open();
    this.timer = setTimeout(() => this.fail(new Error(`the rule worker was not ready within ${this.limits.loadMs} ms`)), this.limits.loadMs);
    this.worker.postMessage(this.current.job);
  }

  private open(): Worker {
    const worker = this.spawn();
    const isOurs = (): boolean => this.worker === worker;
    worker.on('message', (message: { kind: 'begun' } | { kind: 'done'; result: RuleJobResult }) => {
      if (!isOurs()) return;
      if (message.kind === 'done') return this.finish(({ resolve }) => resolve(message.result));
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.fail(new JobTooCostly(`it takes longer than ${this.limits.runMs} ms`)), this.limits.runMs);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (isOurs()) this.fail(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new JobTooCostly('it takes more memory than it may') : error);
    });
    // An idle thread keeps no process alive.
    worker.unref();
    return worker;
  }

  /** The thread is of no more use. */
  private fail(error: unknown): void {
    this.drop();
    this.finish(({ reject }) => reject(error));
  }

  private finish(settle: (job: Waiting) => void): void {
    const done = this.current;
    this.current = null;
    if (done) settle(done);
    if (!this.closed) this.next();
  }

  private drop(): void {
    const worker = this.worker;
    this.worker = null;
    void worker?.terminate();
  }
}
