import { StaleOwner } from '@stakewatch/runtime';
import type { Delivery } from '../core/delivery';
import { type Accepted, type Acceptance, type DeliveryQueues, type Finish, type Finished, type Leased, type LeaseRequest, noticeDueMs, type OpenedQueue, type Position, type QueueHead, QueueLost, type QueueName } from './port';

interface Pending {
  delivery: Delivery;
  dueMs: number;
  token: string | null;
  /** Of the record that it came from; a notice came from none. */
  readonly recordedMs: number | null;
}

class Partition {
  epoch = 0;
  offset: number | null = null;
  rebuildUntil: number | null = null;
  readonly pending = new Map<string, Pending>();
  readonly done = new Map<string, number>();

  head(endpointId: string): QueueHead {
    const own = [...this.pending.values()].filter(({ delivery }) => delivery.endpointId === endpointId);
    return { endpointId, dueMs: own.length === 0 ? null : Math.min(...own.map(({ dueMs }) => dueMs)), count: own.length };
  }

  add(delivery: Delivery, recordedMs: number | null, dueMs: number, token: string | null): boolean {
    if (this.pending.has(delivery.id) || this.done.has(delivery.id)) return false;
    this.pending.set(delivery.id, { delivery, recordedMs, dueMs, token });
    return true;
  }

  get waitingSinceMs(): number | null {
    const times = [...this.pending.values()].flatMap(({ recordedMs }) => recordedMs ?? []);
    return times.length === 0 ? null : Math.min(...times);
  }
}

/** The delivery queues' memory twin; passes the same suite as the Redis ones. */
export class MemoryDeliveryQueues implements DeliveryQueues {
  private readonly partitions = new Map<string, Partition>();
  private opened = 0;

  private of({ topic, partition }: QueueName): Partition {
    const name = `${topic}-${partition}`;
    let found = this.partitions.get(name);
    if (!found) this.partitions.set(name, (found = new Partition()));
    return found;
  }

  async open(queue: QueueName): Promise<OpenedQueue> {
    const held = this.of(queue);
    held.epoch = this.opened += 1;
    const endpoints = new Set([...held.pending.values()].map(({ delivery }) => delivery.endpointId));
    return { epoch: held.epoch, nextOffset: held.offset, rebuildUntil: held.rebuildUntil, heads: [...endpoints].map((id) => held.head(id)) };
  }

  async accept(queue: QueueName, acceptance: Acceptance): Promise<Accepted> {
    const held = this.of(queue);
    if (held.epoch !== acceptance.epoch) throw new StaleOwner(`epoch is ${held.epoch}, not ${acceptance.epoch}`);
    const again = held.offset === acceptance.nextOffset && acceptance.nextOffset !== acceptance.expectedOffset;
    if (!again && held.offset !== acceptance.expectedOffset) throw new StaleOwner(`offset is ${held.offset}, not ${acceptance.expectedOffset}`);
    const added = again ? 0 : this.addAll(held, acceptance);
    held.offset = acceptance.nextOffset;
    if (acceptance.rebuildUntil !== undefined) held.rebuildUntil = acceptance.rebuildUntil;
    const leased = acceptance.entries.flatMap((entry) => (entry.kind === 'leased' && held.pending.get(entry.delivery.id)?.token === entry.token ? [entry.token] : []));
    const endpoints = new Set(acceptance.entries.map(({ delivery }) => delivery.endpointId));
    return { added, leased: new Set(leased), heads: [...endpoints].map((id) => held.head(id)), waitingSinceMs: held.waitingSinceMs };
  }

  private addAll(held: Partition, { entries, nowMs, rememberUntilMs }: Acceptance): number {
    for (const [id, until] of held.done) if (until <= nowMs) held.done.delete(id);
    let added = 0;
    for (const entry of entries) {
      const { delivery } = entry;
      if (entry.kind === 'settled') {
        if (!held.pending.has(delivery.id) && !held.done.has(delivery.id)) held.done.set(delivery.id, rememberUntilMs);
      } else if (held.add(delivery, entry.recordedMs, entry.kind === 'due' ? entry.dueMs : entry.untilMs, entry.kind === 'leased' ? entry.token : null)) added += 1;
    }
    return added;
  }

  async lease(queue: QueueName, { epoch, endpointId, token, nowMs, untilMs, limit }: LeaseRequest): Promise<Leased> {
    const held = this.of(queue);
    if (held.epoch === 0) throw new QueueLost('emptied');
    if (held.epoch !== epoch) throw new StaleOwner(`epoch is ${held.epoch}, not ${epoch}`);
    const due = [...held.pending.values()].filter((pending) => pending.delivery.endpointId === endpointId && pending.dueMs <= nowMs);
    const taken = due.sort((a, b) => a.dueMs - b.dueMs).slice(0, limit);
    for (const pending of taken) Object.assign(pending, { dueMs: untilMs, token });
    return { deliveries: taken.map(({ delivery }) => delivery), head: held.head(endpointId) };
  }

  async finish(queue: QueueName, { delivery, token, next, notices, nowMs }: Finish): Promise<Finished> {
    const held = this.of(queue);
    const pending = held.pending.get(delivery.id);
    if (pending?.token !== token) return { finished: false, heads: [] };
    if (next.kind === 'done') {
      held.pending.delete(delivery.id);
      held.done.set(delivery.id, next.rememberUntilMs);
    } else {
      held.pending.set(delivery.id, { ...pending, delivery: { ...delivery, attempts: next.attempts }, dueMs: next.dueMs, token: null });
    }
    for (const notice of notices) held.add(notice, null, noticeDueMs({ delivery, nowMs }, notice), null);
    return { finished: true, heads: [delivery, ...notices].map(({ endpointId }) => held.head(endpointId)) };
  }

  async position(queue: QueueName): Promise<Position | null> {
    const { epoch, offset } = this.of(queue);
    return epoch === 0 ? null : { epoch, nextOffset: offset };
  }

  async forget(queue: QueueName): Promise<void> {
    this.partitions.delete(`${queue.topic}-${queue.partition}`);
  }
}
