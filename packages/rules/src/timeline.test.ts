import fc from 'fast-check';
import { exampleEvents } from './examples';
import { packEvent } from './packed-event';
import { StatePages } from './state-pages';
import { SubjectState } from './subject-state';
import { changeOf, restored } from './test-support/stored-state';

const MINUTE = 60_000_000;
/** Each with a session of its own: more texts than a byte can number. */
const EVENTS = exampleEvents([{ type: 'DEPOSIT', after: '1m', repeat: 700 }]).map((event, index) => ({ ...event, session_id: `session-${index}`, game_id: index % 3 === 0 ? null : `game-${index % 7}` }));
/** A third of them, then the others, so that most come in before others. */
const SHUFFLED = [0, 1, 2].flatMap((third) => EVENTS.filter((_event, index) => index % 3 === third));

const seen = ({ timeline }: SubjectState) =>
  Array.from({ length: timeline.length }, (_none, at) => [timeline.timestamp(at), timeline.uuid(at), timeline.type(at), timeline.number('amount', at), timeline.text('session_id', at), timeline.text('game_id', at), timeline.text('currency', at)]);
const expected = EVENTS.map((event) => [event.event_timestamp, event.uuid, 'DEPOSIT', event.amount, event.session_id, event.game_id ?? '', event.currency]);

test('a timeline of more texts than a byte can number keeps them all, in whatever order events come', () => {
  const state = new SubjectState(new StatePages());
  for (const event of SHUFFLED) state.insert(packEvent(event));
  expect(seen(state)).toEqual(expected);
});

test('so does one that is read from its log, appended to or written whole', () => {
  const state = new SubjectState();
  for (const event of SHUFFLED.slice(0, 200)) state.insert(packEvent(event));
  const first = Buffer.from(changeOf(state)?.bytes as Buffer);
  for (const event of SHUFFLED.slice(200)) state.insert(packEvent(event));
  const again = restored(Buffer.concat([first, changeOf(state)?.bytes as Buffer]), new StatePages());
  expect(seen(again)).toEqual(expected);
  expect(changeOf(again)).toBeNull();
});

test('a window begins after its start, wherever that is: events of the same moment included or left out together', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 60 }), fc.integer({ min: -1, max: 31 }), (minutes, asked) => {
      const state = new SubjectState();
      for (const [index, minute] of minutes.entries()) state.insert(packEvent({ ...(EVENTS[index] as (typeof EVENTS)[number]), event_timestamp: minute * MINUTE }));
      expect(state.timeline.firstAfter(asked * MINUTE)).toBe(minutes.filter((minute) => minute <= asked).length);
    }),
  );
});

test('when old events go, texts are numbered anew and memory is given back', () => {
  const pages = new StatePages();
  const state = new SubjectState(pages);
  for (const event of SHUFFLED) state.insert(packEvent(event));
  const before = state.sizeOf();
  state.prune(99.5 * MINUTE);
  expect(seen(state)).toEqual(expected.slice(600));
  expect(state.sizeOf()).toBeLessThan(before / 3);
  expect(restored(changeOf(state)?.bytes as Buffer).timeline.length).toBe(100);
  state.release();
  expect(pages.bytes).toBe(0);
});
