import type { Redis } from 'ioredis';
import { RecentMap } from '../app/recent-map';
import { RedisScript } from '../app/redis-script';
import { TickGroups } from '../app/tick-groups';
import type { Accepted } from './answers';

/** Answers to single events, shared by every gateway for a day. */
export interface AnswerMemory {
  /** Where Redis has the answer to an event. */
  keyOf(scope: string, uuid: string): string;
  /** The answer given before, or null when there is none or Redis does not answer. */
  recall(scope: string, uuid: string): Promise<Accepted | null>;
  /** What Redis has at an event's key: `undefined` when it did not answer. */
  read(text: string | null | undefined): Accepted | null;
  /** The answer that this gateway itself gave lately. */
  own(uuid: string): Accepted | null;
  /** Keeps the answer unless another gateway's came first; `kept` gets the one that counts. Without Redis: the given one. */
  remember(answer: NewAnswer): void;
}

export interface NewAnswer {
  readonly scope: string;
  readonly uuid: string;
  readonly accepted: Accepted;
  kept(accepted: Accepted): void;
}

const DAY_SECONDS = 86_400;
/** Answers of this process, which hold when Redis does not answer. A uuid is its company's: no scope is needed to tell them apart. */
const RECENT_ANSWERS = 10_000;

/**
 * KEYS: one per answer. ARGV: seconds to keep, then one answer per key.
 * Answers, for each key, what stood there before, or false where the new one was written.
 */
const REMEMBER = new RedisScript(`
local call, seconds = redis.call, ARGV[1]
local earlier = {}
for i, key in ipairs(KEYS) do
  earlier[i] = call('SET', key, ARGV[i + 1], 'NX', 'GET', 'EX', seconds)
end
return earlier`);

/** One call per company and turn of the event loop for all answers that are new; a company's keys share a hash slot. */
export function createAnswerMemory(redis: Redis, onFailure: () => void): AnswerMemory {
  const keyOf = (scope: string, uuid: string) => `gw:{${scope}}:answer:${uuid}`;
  const recent = new RecentMap<string>(RECENT_ANSWERS);

  const keep = ({ uuid, accepted, kept }: NewAnswer, text: string, earlier: string | null): void => {
    const first = earlier === null ? null : fromText(earlier);
    recent.set(uuid, first === null ? text : (earlier as string));
    kept(first ?? accepted);
  };

  const news = new TickGroups<NewAnswer>((scope, answers) => {
    const texts = answers.map(({ accepted }) => toText(accepted));
    REMEMBER.run(redis, answers.map(({ uuid }) => keyOf(scope, uuid)), [DAY_SECONDS, ...texts]).then(
      (earlier) => answers.forEach((answer, index) => keep(answer, texts[index] as string, (earlier as (string | null)[])[index] as string | null)),
      () => answers.forEach((answer, index) => {
        onFailure();
        keep(answer, texts[index] as string, null);
      }),
    );
  });

  const read = (text: string | null | undefined): Accepted | null => {
    const accepted = text ? fromText(text) : null;
    if (accepted === null && text !== null) onFailure();
    return accepted;
  };
  return {
    keyOf,
    read,
    own(uuid) {
      const text = recent.get(uuid);
      return text === undefined ? null : fromText(text);
    },
    recall: async (scope, uuid) => read(await redis.get(keyOf(scope, uuid)).catch(() => undefined)),
    remember: (answer) => news.add(answer.scope, answer),
  };
}

/** JSON by hand: the texts in it have no need of escapes. */
const toText = ({ received_at, event_month, amount, currency }: Accepted): string => `[${received_at},${event_month},${amount},"${currency}"]`;

/** Null for what is no answer: as good as none. */
function fromText(text: string): Accepted | null {
  try {
    const [received_at, event_month, amount, currency] = JSON.parse(text) as [number, number, number, string];
    return { received_at, event_month, amount, currency };
  } catch {
    return null;
  }
}
