import { TOPICS } from '@stakewatch/contracts';
import { randomOf } from '@stakewatch/random';
import { groupLag, type GroupOfTopics, type OutgoingRecord } from '@stakewatch/runtime';
import type { BenchStack } from '../bench-stack';
import { acceptedEvent } from '../load/bench-events';

const SEND = 5000;
export const PLAYERS = 50_000;

/** Puts `events` new events of 50,000 players on the log, in time order over the last hours; gives the bytes kept for replays of the raw values. */
export async function produceBacklog(stack: BenchStack, companyId: string, events: number): Promise<void> {
  await stack.codec.register('betting-event');
  const producer = await stack.log.producer();
  const random = randomOf(23);
  const endMicros = Date.now() * 1000;
  const spanMicros = 6 * 3600 * 1e6;
  const topic = TOPICS.bettingEvents.name;
  for (let from = 0; from < events; from += SEND) {
    const records: OutgoingRecord[] = [];
    for (let index = from; index < Math.min(events, from + SEND); index += 1) {
      const event = acceptedEvent(companyId, index, PLAYERS, Math.floor(endMicros - spanMicros + (spanMicros * index) / events), random);
      records.push({ topic, key: `${companyId}|${event.player_id}`, value: stack.codec.encode('betting-event', event) });
    }
    await producer.send(records);
  }
  await producer.close();
}

/** Waits until a consumer group has worked all of its topics; gives the moment it had. */
export async function caughtUp(stack: BenchStack, group: GroupOfTopics, timeoutMs: number): Promise<number> {
  const admin = await stack.log.admin();
  const until = Date.now() + timeoutMs;
  for (;;) {
    const lag = await groupLag(admin, group);
    if (lag === 0) return performance.now();
    if (Date.now() > until) throw new Error(`${group.name} still lags by ${lag} records after ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface WorkedBacklog {
  /** Events a second, from ready to caught up. */
  readonly rate: number;
  /** MiB. */
  readonly peak: number;
}

/** Has a new process of a service work what its groups have before them, one group's after the other's. */
export async function workBacklog(stack: BenchStack, service: Parameters<BenchStack['start']>[0], port: number, groups: readonly GroupOfTopics[], events: number, timeoutMs: number): Promise<WorkedBacklog> {
  const started = await stack.start(service, port);
  const from = performance.now();
  let until = from;
  for (const group of groups) until = await caughtUp(stack, group, timeoutMs);
  const peak = started.memory().peak / 1_048_576;
  await started.stop();
  return { rate: events / ((until - from) / 1000), peak };
}
