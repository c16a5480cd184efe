import type { PlannedStep } from '../supervisor/plan';
import type { Probe } from '../supervisor/probe';

/** A part of the system that runs as a process of its own under the supervisor. */
export interface ProcessStep extends PlannedStep {
  readonly kind: 'process';
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment that every part gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Must be free before the first start. */
  readonly ports: readonly number[];
  readonly probe: Probe;
  /** Milliseconds from spawn to ready, after which it is killed and started anew. */
  readonly startTimeoutMs: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
  readonly metricsUrl: string | null;
  /** Runs before each start and can be repeated: if the supervisor dies in it, the next start does it again. */
  readonly prepare?: () => Promise<void>;
}

/** Something done once on each start of the stack, as soon as what it needs is there. Idempotent. */
export interface TaskStep extends PlannedStep {
  readonly kind: 'task';
  readonly run: () => Promise<void>;
}

export type Step = ProcessStep | TaskStep;
