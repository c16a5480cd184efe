import { randomUUID } from 'node:crypto';
import { Retriable, StaleOwner } from '@stakewatch/runtime';
import { freeSlots, isTroubled, type SocketLimits } from '../core/admission';
import type { Delivery } from '../core/delivery';
import { type DeliveryQueues, type OpenedQueue, type QueueHead, QueueLost, type QueueName } from '../queue/port';
import type { Deliverer, Dispatched } from './deliverer';
import type { EndpointDirectory } from './endpoint-directory';
import { Lane } from './lane';
import { OwnedQueue } from './owned-queue';

export interface DispatcherOptions {
  readonly queues: DeliveryQueues;
  readonly directory: EndpointDirectory;
  readonly deliverer: Deliverer;
  readonly limits: SocketLimits;
  /** Milliseconds that a delivery is nobody else's; longer than an attempt and its record take. */
  readonly leaseMs: number;
  /** Milliseconds that what is being sent has to end when a partition is let go. */
  readonly graceMs: number;
  readonly nowMs: () => number;
  /** The store lost a queue, or something that nobody here understands: the process has to begin anew. */
  onFatal(error: unknown): void;
}

export interface Lease {
  readonly token: string;
  readonly untilMs: number;
}

const STORE_PAUSE_MS = 1_000;
/** Attempts of an endpoint that may wait for their record and mark, in multiples of its width. */
const SETTLING_WIDTHS = 4;

/**
 * Sends what is due, each endpoint at its own pace: a lane per endpoint with its own width, and one bound on all sockets
 * (core/admission.ts). Only what is being sent is in memory; all that waits is in the queues. Single-threaded: a slot is taken
 * before the first await, so the bounds hold.
 */
export class Dispatcher {
  private readonly lanes = new Map<string, Lane>();
  private readonly troubled = new Set<Lane>();
  private readonly queues = new Set<OwnedQueue>();
  /** Lanes with due work that found no socket free. */
  private readonly waiting = new Set<Lane>();
  private inFlight = 0;
  private readonly unfollow: () => void;

  constructor(private readonly options: DispatcherOptions) {
    this.unfollow = options.directory.onChange((endpointId) => this.endpointChanged(endpointId));
  }

  attach(name: QueueName, opened: OpenedQueue, sendsToDisabled: boolean): OwnedQueue {
    const queue = new OwnedQueue(name, opened.epoch, opened.nextOffset, sendsToDisabled);
    this.queues.add(queue);
    this.heads(queue, opened.heads);
    return queue;
  }

  /** Leases nothing more and waits for what is being leased and sent. */
  async detach(queue: OwnedQueue): Promise<void> {
    queue.open = false;
    await queue.settle(this.options.graceMs);
    this.queues.delete(queue);
    for (const lane of this.lanes.values()) lane.drop(queue);
  }

  /** What waits for the endpoints now, as a queue's step has answered. */
  heads(queue: OwnedQueue, heads: readonly QueueHead[]): void {
    for (const head of heads) {
      const lane = this.lane(head.endpointId);
      lane.setHead(queue, head);
      this.arm(lane);
    }
  }

  pendingOf(queue: OwnedQueue, endpointId: string): number {
    return this.lanes.get(endpointId)?.countOf(queue) ?? 0;
  }

  /** Of all endpoints. */
  pendingIn(queue: OwnedQueue): number {
    let sum = 0;
    for (const lane of this.lanes.values()) sum += lane.countOf(queue);
    return sum;
  }

  /** Whether what waits for it will not be taken before long, as far as can be seen. */
  isStuck(endpointId: string): boolean {
    const lane = this.lanes.get(endpointId);
    return this.options.directory.get(endpointId)?.status === 'disabled' || (lane !== undefined && isTroubled(lane));
  }

  /**
   * Takes a slot for a delivery that is about to enter the queue, so that it is sent straight after; null when it has to wait
   * its turn. Ends with `start` or `release`.
   */
  reserve(queue: OwnedQueue, endpointId: string): Lease | null {
    const lane = this.lane(endpointId);
    if (!queue.open || lane.pausedUntilMs > this.options.nowMs() || !this.workable(lane, queue) || this.free(lane) === 0) return null;
    this.take(lane, 1);
    return this.newLease(queue);
  }

  release(endpointId: string): void {
    this.giveBack(this.lane(endpointId), 1);
  }

  start(queue: OwnedQueue, delivery: Delivery, lease: Lease): void {
    this.run(this.lane(delivery.endpointId), queue, delivery, lease);
  }

  /**
   * After the store was away: whether it still has the queues that are owned here, and all that it said it has. A store that comes back
   * without its last writes (a replica took over) refuses the next record of the partition, which may be long in coming.
   */
  async verify(): Promise<void> {
    for (const queue of this.queues) {
      if (!queue.open) continue;
      const { epoch, nextOffset } = queue;
      const held = await this.options.queues.position(queue.name);
      if (held === null || held.epoch < epoch || (held.nextOffset ?? 0) < (nextOffset ?? 0)) this.lost(queue);
    }
  }

  usage(): { readonly inFlight: number; readonly lanes: Iterable<Lane> } {
    return { inFlight: this.inFlight, lanes: this.lanes.values() };
  }

  close(): void {
    this.unfollow();
    for (const lane of this.lanes.values()) lane.sleep();
  }

  private lane(endpointId: string): Lane {
    let lane = this.lanes.get(endpointId);
    if (!lane) this.lanes.set(endpointId, (lane = new Lane(endpointId, this.troubled)));
    return lane;
  }

  private newLease(queue: OwnedQueue): Lease {
    return { token: `${queue.epoch}-${randomUUID()}`, untilMs: this.options.nowMs() + this.options.leaseMs };
  }

  /** A disabled endpoint's deliveries wait; those of a removed one are worked, to be abandoned with a record. */
  private workable(lane: Lane, queue: OwnedQueue): boolean {
    return this.options.directory.get(lane.endpointId)?.status !== 'disabled' || queue.sendsToDisabled;
  }

  private free(lane: Lane): number {
    let troubled = 0;
    for (const other of this.troubled) troubled += other.inFlight;
    return freeSlots(this.options.limits, { total: this.inFlight, troubled }, lane);
  }

  private take(lane: Lane, slots: number): void {
    lane.inFlight += slots;
    this.inFlight += slots;
  }

  private giveBack(lane: Lane, slots: number): void {
    if (slots === 0) return;
    lane.inFlight -= slots;
    this.inFlight -= slots;
    this.arm(lane);
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const other of waiting) this.arm(other);
  }

  /** Sends what is due now, or sets the clock for what is due next. */
  private arm(lane: Lane): void {
    lane.sleep();
    const next = lane.ripest((queue) => this.workable(lane, queue));
    if (!next) return this.forgetIfGone(lane);
    const now = this.options.nowMs();
    const at = Math.max(next.dueMs, lane.pausedUntilMs);
    if (at > now) lane.wakeAt(at, now, () => this.arm(lane));
    else this.pump(lane).catch((error: unknown) => this.options.onFatal(error));
  }

  private forgetIfGone(lane: Lane): void {
    if (lane.inFlight > 0 || lane.settling > 0 || lane.pending > 0 || this.options.directory.get(lane.endpointId)) return;
    lane.end();
    this.lanes.delete(lane.endpointId);
  }

  private async pump(lane: Lane): Promise<void> {
    if (lane.pumping) {
      lane.pumpAgain = true;
      return;
    }
    lane.pumping = true;
    const next = lane.ripest((queue) => this.workable(lane, queue));
    const slots = this.free(lane);
    if (next && slots === 0) this.waiting.add(lane);
    if (next && slots > 0) {
      const leasing = this.leaseInto(lane, next.queue, slots);
      next.queue.track(leasing);
      await leasing;
    }
    lane.pumping = false;
    const again = lane.pumpAgain || (next !== null && slots > 0);
    lane.pumpAgain = false;
    if (again) this.arm(lane);
  }

  private async leaseInto(lane: Lane, queue: OwnedQueue, slots: number): Promise<void> {
    this.take(lane, slots);
    const lease = this.newLease(queue);
    let used = 0;
    try {
      const { deliveries, head } = await this.options.queues.lease(queue.name, {
        epoch: queue.epoch,
        endpointId: lane.endpointId,
        token: lease.token,
        nowMs: this.options.nowMs(),
        untilMs: lease.untilMs,
        limit: slots,
      });
      lane.setHead(queue, head);
      for (const delivery of deliveries) {
        const sending = queue.inFlight.get(delivery.id);
        // Its lease ran out while it waits here for the log or the store: it goes on under the new one.
        if (sending) sending.token = lease.token;
        else {
          used += 1;
          this.run(lane, queue, delivery, lease);
        }
      }
    } catch (error) {
      this.leaseFailed(lane, queue, error);
    }
    this.giveBack(lane, slots - used);
  }

  private leaseFailed(lane: Lane, queue: OwnedQueue, error: unknown): void {
    if (error instanceof StaleOwner) {
      // Another instance owns the partition; this one's loop will be told.
      queue.open = false;
      for (const other of this.lanes.values()) other.drop(queue);
    } else if (error instanceof Retriable) {
      lane.pausedUntilMs = Math.max(lane.pausedUntilMs, this.options.nowMs() + STORE_PAUSE_MS);
    } else if (error instanceof QueueLost) this.lost(queue);
    else this.options.onFatal(error);
  }

  private lost(queue: OwnedQueue): void {
    queue.open = false;
    this.options.onFatal(new QueueLost(`${queue.name.topic}-${queue.name.partition}: the store has lost deliveries; they are read again on the next start`));
  }

  private run(lane: Lane, queue: OwnedQueue, delivery: Delivery, lease: Lease): void {
    const held = { token: lease.token };
    queue.inFlight.set(delivery.id, held);
    const slot = this.slotOf(lane);
    const dispatched: Dispatched = { lane, queue, delivery, lease: { ...lease, token: () => held.token }, answered: slot.answered };
    const work = this.options.deliverer
      .deliver(dispatched)
      .then((heads) => this.heads(queue, heads))
      .catch((error: unknown) => {
        // Let go with the partition: due again when its lease ends, for whoever owns it then.
        if (!queue.signal.aborted) this.options.onFatal(error);
      })
      .finally(() => {
        queue.inFlight.delete(delivery.id);
        slot.done();
      });
    queue.track(work);
  }

  /**
   * A slot is free again once the endpoint has answered, so that record and mark of one attempt go along with the POST of
   * the next; but no more than a few times its width may be without record and mark: further ones keep their slot.
   */
  private slotOf(lane: Lane): { answered(): void; done(): void } {
    let state: 'sending' | 'settling' = 'sending';
    return {
      answered: () => {
        if (lane.settling >= this.options.limits.perEndpoint * SETTLING_WIDTHS) return;
        state = 'settling';
        lane.settling += 1;
        this.giveBack(lane, 1);
      },
      done: () => {
        if (state === 'settling') lane.settling -= 1;
        else this.giveBack(lane, 1);
      },
    };
  }

  private endpointChanged(endpointId: string): void {
    const lane = this.lanes.get(endpointId);
    if (!lane) return;
    // Whatever was changed (enabled again, new URL, new secret) deserves a fresh try.
    lane.recovered();
    lane.pausedUntilMs = 0;
    this.arm(lane);
  }
}
