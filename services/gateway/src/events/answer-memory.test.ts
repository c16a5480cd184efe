import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { valuesOfFlat } from './event-values';
import { type AnswerMemory, createAnswerMemory } from './answer-memory';
import { type Accepted, acceptedOf } from './answers';
import type { EventPublisher } from './publisher';
import { SingleIntake } from './single';
import type { EventValidator } from './validator';

/** One gateway's way of single events, with a log that takes everything and a Redis that can be away or without room. */
function scene() {
  const stored = new Map<string, string>();
  const published: string[] = [];
  const state = { away: false, room: true, unshared: 0, failures: 0, written: 0 };
  const answer = async <T>(value: () => T): Promise<T> => {
    if (state.away) throw new Error('away');
    return value();
  };
  const setUnlessThere = (key: string, text: string): string | null => {
    const before = stored.get(key) ?? null;
    if (before === null) stored.set(key, text);
    state.written += 1;
    return before;
  };
  const redis = { get: (key: string) => answer(() => stored.get(key) ?? null), set: (key: string, text: string) => answer(() => setUnlessThere(key, text)) } as unknown as Redis;
  const answers = createAnswerMemory({ redis, hasRoom: () => state.room, onUnshared: () => (state.unshared += 1), onFailure: () => (state.failures += 1) });
  const publisher = { recordOf: (uuid: string) => uuid, publishOne: (uuid: string, done: (error: null) => void) => void (published.push(uuid), done(null)) } as unknown as EventPublisher;
  const intake = new SingleIntake({ answers, publisher, validator: {} as EventValidator, nowMicros: () => 0 });
  return { state, stored, published, send: sender(answers, intake) };
}

/** Sends an event as it was received at some time; resolves with what it was answered. */
const sender = (answers: AnswerMemory, intake: SingleIntake) => async (uuid: string, receivedAt: number): Promise<Accepted> => {
  const values = valuesOfFlat({ external_event_id: uuid, player_id: 'p', event_type: 'DEPOSIT', event_timestamp: '2026-02-01T00:00:00Z', amount: 7, currency: 'XOF' });
  values.received_at = receivedAt;
  const own = answers.reservation('acme', uuid, acceptedOf(values));
  const found = await answers.reserve(own);
  return new Promise((takenIn, failed) => intake.take({ scope: 'acme', uuid, values, own, takenIn, failed }, found));
};

/** The marks' timer stands still: what is written is answers alone. */
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ send: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 1, arbitrary: fc.record({ room: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ away: fc.boolean() }) },
);

test('whether Redis is there, away, full or empty again: one event, one answer, published once; nothing is written without room', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { state, published, send } = scene();
      const first = new Map<string, Accepted>();
      for (const [time, each] of steps.entries()) {
        if ('room' in each) state.room = each.room;
        else if ('away' in each) state.away = each.away;
        else {
          const before = state.written;
          const given = await send(each.send, time + 1);
          if (!first.has(each.send)) first.set(each.send, given);
          expect(given).toEqual(first.get(each.send));
          if (!state.room) expect(state.written).toBe(before);
        }
      }
      expect(published).toEqual([...first.keys()]);
    }),
  );
});

test('an answer given without room is put into Redis as it was when the event comes again and there is room', async () => {
  const { state, stored, send } = scene();
  state.room = false;
  await send('a', 5);
  expect([stored.size, state.unshared, state.failures]).toEqual([0, 1, 0]);
  state.room = true;
  await send('a', 9);
  expect([...stored].map(([key, text]) => [key, (JSON.parse(text) as unknown[])[0]])).toEqual([['gw:{acme}:answer:a', 5]]);
  expect([state.unshared, state.failures]).toEqual([1, 0]);
});

test('what stood in Redis before is answered without room, too, and does not count as unshared', async () => {
  const { state, send } = scene();
  await send('a', 5);
  state.room = false;
  expect((await send('a', 9)).received_at).toBe(5);
  expect(state.unshared).toBe(0);
});
