import type { Delivery } from '../core/delivery';

/** The queue of one partition of one input topic; its keys share the hash tag {alert-dispatcher:<topic>:<partition>}. */
export interface QueueName {
  readonly topic: string;
  readonly partition: number;
}

/** What one endpoint has waiting in a queue. */
export interface QueueHead {
  readonly endpointId: string;
  /** Milliseconds UTC when the first of them is due (a leased one: when its lease ends); null when none waits. */
  readonly dueMs: number | null;
  readonly count: number;
}

export interface OpenedQueue {
  /** Fences every older owner. */
  readonly epoch: number;
  /** Next offset to read; null when the store knows nothing of this partition. */
  readonly nextOffset: number | null;
  /** Records before this offset were worked before the store lost its state; null when it never did. */
  readonly rebuildUntil: number | null;
  readonly heads: readonly QueueHead[];
}

/** Both only grow, unless the store loses what it had. */
export type Position = Pick<OpenedQueue, 'epoch' | 'nextOffset'>;

/** How a delivery enters the queue. `recordedMs`: when the record that it came from was written. */
export type Entry =
  /** Already delivered, abandoned or refused for good: only remembered, so that it is not sent again. */
  | { readonly delivery: Delivery; readonly kind: 'settled' }
  | { readonly delivery: Delivery; readonly recordedMs: number; readonly kind: 'due'; readonly dueMs: number }
  /** The caller sends it itself, at once. */
  | { readonly delivery: Delivery; readonly recordedMs: number; readonly kind: 'leased'; readonly token: string; readonly untilMs: number };

export interface Acceptance {
  readonly epoch: number;
  readonly expectedOffset: number | null;
  readonly nextOffset: number;
  /** Present: sets rebuildUntil. */
  readonly rebuildUntil?: number;
  readonly entries: readonly Entry[];
  readonly nowMs: number;
  /** Until when settled entries are remembered. */
  readonly rememberUntilMs: number;
}

export interface Accepted {
  /** Tokens of the entries of kind 'leased' that are the caller's to send now; the others were known already. */
  readonly leased: ReadonlySet<string>;
  /** Deliveries added. */
  readonly added: number;
  readonly heads: readonly QueueHead[];
  /** When the oldest record was written of which a delivery waits; null when none does. */
  readonly waitingSinceMs: number | null;
}

export interface LeaseRequest {
  readonly epoch: number;
  readonly endpointId: string;
  readonly token: string;
  readonly nowMs: number;
  readonly untilMs: number;
  readonly limit: number;
}

export interface Leased {
  readonly deliveries: readonly Delivery[];
  readonly head: QueueHead;
}

export interface Finish {
  readonly delivery: Delivery;
  /** Of the lease under which it was sent. */
  readonly token: string;
  readonly next: { readonly kind: 'done'; readonly rememberUntilMs: number } | { readonly kind: 'due'; readonly dueMs: number; readonly attempts: number };
  /** Deliveries that this one gives rise to (notices), due at once; to its own endpoint, before all that waits for that. Those already known are left out. */
  readonly notices: readonly Delivery[];
  readonly nowMs: number;
}

/** Due time of what goes before all that waits for its endpoint. */
const BEFORE_ALL = 0;

/** When one of its notices is due. */
export const noticeDueMs = ({ delivery, nowMs }: Pick<Finish, 'delivery' | 'nowMs'>, { endpointId }: Delivery): number => (endpointId === delivery.endpointId ? BEFORE_ALL : nowMs);

export interface Finished {
  /** False: the lease had run out and another holds it, or it was finished before; nothing was changed. */
  readonly finished: boolean;
  readonly heads: readonly QueueHead[];
}

/**
 * Pending deliveries of a partition, its offset and its epoch. Every call is one atomic step.
 * @throws {Retriable} when the store does not answer; a call that was carried out all the same may be sent again.
 */
export interface DeliveryQueues {
  /** Takes the partition over: a new epoch. */
  open(queue: QueueName): Promise<OpenedQueue>;
  /**
   * Adds each delivery once (unless pending or remembered as settled) and moves the offset.
   * @throws {StaleOwner} when the epoch is not the newest or the offset is not the expected one: nothing is written.
   */
  accept(queue: QueueName, acceptance: Acceptance): Promise<Accepted>;
  /**
   * Takes due deliveries of one endpoint for sending: until `untilMs` nobody else gets them.
   * @throws {StaleOwner} when the epoch is not the newest. @throws {QueueLost} when the store has lost the partition.
   */
  lease(queue: QueueName, request: LeaseRequest): Promise<Leased>;
  /** Marks a leased delivery done or due again. Guarded by its lease, not by the epoch: who sent it may say so though the partition moved on. */
  finish(queue: QueueName, finish: Finish): Promise<Finished>;
  /** What the store holds of the partition; null when it has lost it. */
  position(queue: QueueName): Promise<Position | null>;
  /** Forgets everything of the partition; the running owner notices and builds it up again (rebuild.ts). */
  forget(queue: QueueName): Promise<void>;
}

/** The store knows nothing of a partition that this process owns, or less than it has said: it was emptied, or has lost its last writes. */
export class QueueLost extends Error {
  override readonly name = 'QueueLost';
}
