import { asRedisError, guarded, StaleOwner } from '@stakewatch/runtime';
import type { Redis } from 'ioredis';
import { type Delivery, type DeliveryHeader, headerOf } from '../core/delivery';
import { keysOf } from './keys';
import { type Acceptance, type DeliveryQueues, type Entry, type Finish, type LeaseRequest, noticeDueMs, type QueueHead, QueueLost, type QueueName } from './port';
import { ACCEPT_SCRIPT } from './scripts/accept';
import { FINISH_SCRIPT } from './scripts/finish';
import { FORGET_SCRIPT } from './scripts/forget';
import { LEASE_SCRIPT } from './scripts/lease';

type Arg = string | number;
type Script<T> = (keys: number, ...args: Arg[]) => Promise<T>;
interface Scripts {
  dispatcherAccept: Script<['OK', number, number[], Arg[], string] | ['EPOCH' | 'OFFSET', string]>;
  dispatcherLease: Script<['OK', string[], string, number] | ['EPOCH', string]>;
  dispatcherFinish: Script<['OK', Arg[]] | ['GONE']>;
  dispatcherForget: Script<number>;
}

/** Delivery queues in Redis; layout in keys.ts, each step one script in scripts/. */
export function createRedisDeliveryQueues(redis: Redis): DeliveryQueues {
  redis.defineCommand('dispatcherAccept', { lua: ACCEPT_SCRIPT });
  redis.defineCommand('dispatcherLease', { lua: LEASE_SCRIPT });
  redis.defineCommand('dispatcherFinish', { lua: FINISH_SCRIPT });
  redis.defineCommand('dispatcherForget', { lua: FORGET_SCRIPT });
  const scripts = redis as unknown as Scripts;
  return {
    async open(queue) {
      const { meta } = keysOf(queue);
      // A lost partition's epochs begin at the clock, so that an owner from before the loss never holds a valid one again.
      await guarded(redis.multi().hsetnx(meta, 'epoch', Date.now()).hincrby(meta, 'epoch', 1).exec());
      const [epoch, offset, rebuildUntil] = await guarded(redis.hmget(meta, 'epoch', 'offset', 'rebuild_until'));
      return { epoch: Number(epoch), nextOffset: numberOrNull(offset), rebuildUntil: numberOrNull(rebuildUntil), heads: await readHeads(redis, queue) };
    },
    async accept(queue, acceptance) {
      const endpoints = [...new Set(acceptance.entries.map(({ delivery }) => delivery.endpointId))];
      const { keys, args } = acceptCall(queue, acceptance, endpoints);
      const answer = await guarded(scripts.dispatcherAccept(keys.length, ...keys, ...args));
      if (answer[0] !== 'OK') throw new StaleOwner(`${queue.topic}-${queue.partition}: store holds ${answer[0]} ${answer[1]}, this owner has epoch ${acceptance.epoch}, offset ${acceptance.expectedOffset}`);
      const [, added, leased, heads, oldest] = answer;
      return { added, leased: new Set(acceptance.entries.flatMap((entry, index) => (entry.kind === 'leased' && leased[index] === 1 ? [entry.token] : []))), heads: toHeads(endpoints, heads), waitingSinceMs: oldest === '' ? null : Number(oldest) };
    },
    async lease(queue, request) {
      const { keys, args } = leaseCall(queue, request);
      const answer = await guarded(scripts.dispatcherLease(keys.length, ...keys, ...args));
      if (answer[0] === 'EPOCH') throw staleOrLost(queue, request.epoch, answer[1]);
      const [, found, due, count] = answer;
      return { deliveries: toDeliveries(request.endpointId, found), head: toHead(request.endpointId, due, count) };
    },
    async finish(queue, finish) {
      const { keys, args, endpoints } = finishCall(queue, finish);
      const answer = await guarded(scripts.dispatcherFinish(keys.length, ...keys, ...args));
      return answer[0] === 'GONE' ? { finished: false, heads: [] } : { finished: true, heads: toHeads(endpoints, answer[1]) };
    },
    async position(queue) {
      const [epoch, offset] = await guarded(redis.hmget(keysOf(queue).meta, 'epoch', 'offset'));
      return epoch == null ? null : { epoch: Number(epoch), nextOffset: numberOrNull(offset) };
    },
    async forget(queue) {
      const { meta, headers, bodies, leases, done, endpoints, waiting, due } = keysOf(queue);
      await guarded(scripts.dispatcherForget(7, meta, headers, bodies, leases, done, endpoints, waiting, due('')));
    },
  };
}

function acceptCall(queue: QueueName, acceptance: Acceptance, endpoints: readonly string[]): { keys: string[]; args: Arg[] } {
  const { meta, headers, bodies, leases, done, endpoints: index, waiting, due } = keysOf(queue);
  const numberOf = new Map(endpoints.map((id, at) => [id, at + 1]));
  const args: Arg[] = [acceptance.epoch, acceptance.expectedOffset ?? '', acceptance.nextOffset, acceptance.rebuildUntil ?? '', acceptance.nowMs, acceptance.rememberUntilMs, ...endpoints];
  for (const entry of acceptance.entries) {
    const { delivery } = entry;
    args.push(numberOf.get(delivery.endpointId) as number, delivery.id, dueOf(entry), entry.kind === 'leased' ? entry.token : '', JSON.stringify(headerOf(delivery)), delivery.body, entry.kind === 'settled' ? '' : entry.recordedMs);
  }
  return { keys: [meta, headers, bodies, leases, done, index, waiting, ...endpoints.map(due)], args };
}

function dueOf(entry: Entry): Arg {
  if (entry.kind === 'settled') return '';
  return Math.round(entry.kind === 'due' ? entry.dueMs : entry.untilMs);
}

function leaseCall(queue: QueueName, request: LeaseRequest): { keys: string[]; args: Arg[] } {
  const { meta, headers, bodies, leases, endpoints, due } = keysOf(queue);
  return {
    keys: [meta, headers, bodies, leases, endpoints, due(request.endpointId)],
    args: [request.epoch, request.endpointId, request.token, request.nowMs, request.untilMs, request.limit],
  };
}

function finishCall(queue: QueueName, { delivery, token, next, notices, nowMs }: Finish): { keys: string[]; args: Arg[]; endpoints: string[] } {
  const { headers, bodies, leases, done, endpoints: index, waiting, due } = keysOf(queue);
  const again = next.kind === 'due';
  const endpoints = [delivery.endpointId, ...notices.map(({ endpointId }) => endpointId)];
  const args: Arg[] = [
    delivery.id,
    delivery.endpointId,
    token,
    again ? Math.round(next.dueMs) : '',
    again ? JSON.stringify(headerOf({ ...delivery, attempts: next.attempts })) : '',
    again ? '' : Math.round(next.rememberUntilMs),
  ];
  for (const notice of notices) args.push(notice.endpointId, notice.id, JSON.stringify(headerOf(notice)), notice.body, noticeDueMs({ delivery, nowMs }, notice));
  return { keys: [headers, bodies, leases, done, index, waiting, ...endpoints.map(due)], args, endpoints };
}

async function readHeads(redis: Redis, queue: QueueName): Promise<QueueHead[]> {
  const keys = keysOf(queue);
  const index = await guarded(redis.zrange(keys.endpoints, 0, -1, 'WITHSCORES'));
  const endpoints = index.filter((_, at) => at % 2 === 0);
  const counts = (await guarded(endpoints.reduce((pipeline, id) => pipeline.zcard(keys.due(id)), redis.pipeline()).exec())) ?? [];
  return endpoints.map((endpointId, at) => {
    const [error, count] = counts[at] ?? [null, 0];
    if (error) throw asRedisError(error);
    return { endpointId, dueMs: Number(index[at * 2 + 1]), count: Number(count) };
  });
}

function toDeliveries(endpointId: string, found: readonly string[]): Delivery[] {
  const deliveries: Delivery[] = [];
  for (let at = 0; at < found.length; at += 3) {
    const header = JSON.parse(found[at + 1] as string) as DeliveryHeader;
    deliveries.push({ id: found[at] as string, endpointId, ...header, body: found[at + 2] as string });
  }
  return deliveries;
}

const toHead = (endpointId: string, due: Arg, count: Arg): QueueHead => ({ endpointId, dueMs: due === '' ? null : Number(due), count: Number(count) });
const toHeads = (endpoints: readonly string[], flat: readonly Arg[]): QueueHead[] => endpoints.map((id, at) => toHead(id, flat[at * 2] as Arg, flat[at * 2 + 1] as Arg));
const numberOrNull = (text: string | null | undefined): number | null => (text === null || text === undefined ? null : Number(text));

function staleOrLost(queue: QueueName, epoch: number, held: string): Error {
  const name = `${queue.topic}-${queue.partition}`;
  return held === '' ? new QueueLost(`${name}: the store has lost its deliveries`) : new StaleOwner(`${name}: store holds epoch ${held}, this owner has ${epoch}`);
}
