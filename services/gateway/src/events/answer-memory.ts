import type { Redis } from 'ioredis';
import { TickBatcher } from '../app/tick-batcher';
import { RecentMap } from '../app/recent-map';
import type { Accepted } from './answers';

/** Answers to single events, shared by every gateway for a day. */
export interface AnswerMemory {
  /** The answer given before, or null when there is none or Redis does not answer. */
  recall(scope: string, uuid: string): Promise<Accepted | null>;
  /** The answer that this gateway itself gave lately. */
  own(scope: string, uuid: string): Accepted | null;
  /** Keeps the answer unless another gateway's came first; resolves with the one that counts. Without Redis: the given one. */
  remember(scope: string, uuid: string, accepted: Accepted): Promise<Accepted>;
}

const DAY_SECONDS = 86_400;
/** Answers of this process, which hold when Redis does not answer and spare the question when it would. */
const RECENT_ANSWERS = 10_000;

/**
 * KEYS: one per answer. ARGV: seconds to keep, then one answer per key.
 * Answers, for each key, what stood there before, or false where the new one was written.
 */
const REMEMBER = `
local earlier = {}
for i, key in ipairs(KEYS) do
  earlier[i] = redis.call('SET', key, ARGV[i + 1], 'NX', 'GET', 'EX', ARGV[1])
end
return earlier`;

/** One call per company and turn of the event loop for reads, and one for writes; a company's keys share a hash slot. */
export function createAnswerMemory(redis: Redis, onFailure: () => void): AnswerMemory {
  const keyOf = (scope: string, uuid: string) => `gw:{${scope}}:answer:${uuid}`;
  const reads = new TickBatcher<string, string | null>((scope, uuids) => redis.mget(uuids.map((uuid) => keyOf(scope, uuid))));
  const writes = new TickBatcher<{ uuid: string; text: string }, string | null>(async (scope, items) => {
    const keys = items.map(({ uuid }) => keyOf(scope, uuid));
    return (await redis.eval(REMEMBER, keys.length, ...keys, DAY_SECONDS, ...items.map(({ text }) => text))) as (string | null)[];
  });
  const recent = new RecentMap<Accepted>(RECENT_ANSWERS);
  const keep = (key: string, accepted: Accepted): Accepted => {
    recent.set(key, accepted);
    return accepted;
  };
  return {
    own: (scope, uuid) => recent.get(keyOf(scope, uuid)) ?? null,
    async recall(scope, uuid) {
      const own = recent.get(keyOf(scope, uuid));
      if (own) return own;
      try {
        return read(await reads.ask(scope, uuid));
      } catch {
        onFailure();
        return null;
      }
    },
    async remember(scope, uuid, accepted) {
      try {
        const earlier = read(await writes.ask(scope, { uuid, text: write(accepted) }));
        return keep(keyOf(scope, uuid), earlier ?? accepted);
      } catch {
        onFailure();
        return keep(keyOf(scope, uuid), accepted);
      }
    },
  };
}

const write = (accepted: Accepted): string => JSON.stringify([accepted.received_at, accepted.event_month, accepted.amount, accepted.currency, accepted.external_event_id]);

function read(text: string | null): Accepted | null {
  if (text === null) return null;
  const [received_at, event_month, amount, currency, external_event_id] = JSON.parse(text) as [number, number, number, string, string];
  return { received_at, event_month, amount, currency, external_event_id };
}
