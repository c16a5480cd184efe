import fc from 'fast-check';
import { exampleEvents } from './examples';
import { SubjectState } from './subject-state';
import { StatePages } from './state-pages';
import { packEvent } from './packed-event';
import { changeOf, restored } from './test-support/stored-state';

const EVENTS = exampleEvents([{ type: 'DEPOSIT', after: '1m', repeat: 150 }]);

const insert = (state: SubjectState, index: number): void => {
  const event = EVENTS[index];
  if (event) state.insert(packEvent(event));
};

test('timelines that share pages hold what timelines of their own hold, whatever comes and goes', () => {
  const steps = fc.array(fc.record({ subject: fc.nat(11), events: fc.nat(40), leave: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (given) => {
      const pages = new StatePages();
      const shared = new Map<number, SubjectState>();
      const alone = new Map<number, SubjectState>();
      const bytesOf = (state: SubjectState | undefined) => state && restored(changeOf(state)?.bytes ?? null).timeline.length;
      for (const { subject, events, leave } of given) {
        const one = shared.get(subject) ?? new SubjectState(pages);
        const other = alone.get(subject) ?? new SubjectState();
        shared.set(subject, one);
        alone.set(subject, other);
        const from = one.timeline.length;
        for (let at = from; at < Math.min(EVENTS.length, from + events); at += 1) [one, other].forEach((state) => insert(state, at));
        for (const [known, state] of shared) expect(rowsOf(state)).toEqual(rowsOf(alone.get(known) as SubjectState));
        expect(bytesOf(one)).toBe(bytesOf(other));
        if (!leave) continue;
        one.release();
        shared.delete(subject);
        alone.delete(subject);
      }
      for (const state of shared.values()) state.release();
      expect(pages.bytes).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('a log that cannot be read leaves nothing behind', () => {
  const pages = new StatePages();
  const state = new SubjectState();
  insert(state, 0);
  const bytes = changeOf(state)?.bytes as Buffer;
  expect(() => restored(Buffer.concat([bytes, Buffer.from([9])]), pages)).toThrow(/record kind 9/);
  expect(pages.bytes).toBe(0);
});

function rowsOf({ timeline }: SubjectState): unknown[] {
  return Array.from({ length: timeline.length }, (_none, at) => [timeline.timestamp(at), timeline.uuid(at), timeline.type(at), timeline.number('amount', at), timeline.text('player_id', at)]);
}
