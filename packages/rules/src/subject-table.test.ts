import fc from 'fast-check';
import { defineRule } from './define-rule';
import { exampleEvents } from './examples';
import { count } from './facts';
import { foldEvent } from './fold';
import { compileRuleSet } from './rule-set';
import { StatePages } from './state-pages';
import { FLAG } from './state-record';
import { type SubjectState } from './subject-state';
import { SubjectTable } from './subject-table';
import { changeOf, restored } from './test-support/stored-state';

const often = defineRule({
  id: 'often',
  title: 'often',
  description: 'often',
  per: 'player',
  on: ['DEPOSIT'],
  facts: { n: count({ of: 'DEPOSIT', within: '1h' }) },
  when: 'n >= 3',
  outcome: { severity: 'low', score: 1 },
});
const RULES = compileRuleSet([often], []).timelines.player;
/** Each with a session of its own, so that tables of texts grow to where they have an index. */
const EVENTS = exampleEvents([{ type: 'DEPOSIT', after: '1m', repeat: 120 }]).map((event, index) => ({ ...event, session_id: `session-${index}` }));
const keyOf = (subject: number) => {
  const text = `player|acme|${subject}`;
  const bytes = Buffer.alloc(32);
  return { bytes, words: new Uint32Array(bytes.buffer, bytes.byteOffset, 8), length: bytes.write(text) };
};

const steps = fc.array(
  fc.record({ subject: fc.nat(9), events: fc.array(fc.nat(EVENTS.length - 1), { maxLength: 30 }), then: fc.constantFrom('stay', 'stay', 'write', 'leave') }),
  { maxLength: 40 },
);

test('states without objects hold, decide and write what states with objects do', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const pages = new StatePages();
      const table = new SubjectTable(pages);
      const objects = new Map<number, SubjectState>();
      const stored = new Map<number, Buffer>();
      const slotOf = (subject: number) => {
        const slot = table.find(keyOf(subject));
        if (slot >= 0) return slot;
        objects.set(subject, restored(stored.get(subject) ?? null));
        return table.add(keyOf(subject), stored.get(subject) ?? null);
      };
      const write = (subject: number) => {
        const one = changeOf(table.stateAt(slotOf(subject)));
        expect(one).toEqual(changeOf(objects.get(subject) as SubjectState));
        if (one) stored.set(subject, one.op === 'set' ? Buffer.from(one.bytes) : Buffer.concat([stored.get(subject) ?? Buffer.alloc(0), one.bytes]));
      };
      for (const { subject, events, then } of given) {
        const slot = slotOf(subject);
        for (const at of events) {
          const event = EVENTS[at] as (typeof EVENTS)[number];
          expect(foldEvent(table.stateAt(slot), event, RULES)).toEqual(foldEvent(objects.get(subject) as SubjectState, event, RULES));
        }
        if (then !== 'stay') write(subject);
        if (then === 'leave') {
          table.release(slotOf(subject));
          objects.delete(subject);
        }
        expect(table.size).toBe(objects.size);
        expect(table.find(keyOf(subject)) >= 0).toBe(objects.has(subject));
        for (const known of objects.keys()) {
          const { bytes, from, to } = table.stateAt(slotOf(known)).timeline.texts.keyPlace();
          expect(bytes.toString('utf8', from, to)).toBe(`player|acme|${known}`);
        }
      }
      table.clear();
      expect([table.bytes, table.size, pages.bytes]).toEqual([0, 0, 0]);
    }),
    { numRuns: 150 },
  );
});

test('what cannot be read leaves nothing behind', () => {
  const pages = new StatePages();
  const table = new SubjectTable(pages);
  expect(() => table.add(keyOf(1), Buffer.from([9]))).toThrow(/record kind 9/);
  expect([table.bytes, table.size, pages.bytes, table.find(keyOf(1))]).toEqual([0, 0, 0, -1]);
});

test('marks of a slot stay when its state is put back, and go when it is released', () => {
  const table = new SubjectTable(new StatePages());
  const slot = table.add(keyOf(1), null);
  table.mark(slot, FLAG.touched | FLAG.used);
  foldEvent(table.stateAt(slot), EVENTS[0] as (typeof EVENTS)[number], RULES);
  table.unmark(slot, FLAG.used);
  table.putBack();
  expect([table.has(slot, FLAG.touched), table.has(slot, FLAG.used), table.has(slot, FLAG.live)]).toEqual([true, false, true]);
  table.release(slot);
  expect(table.add(keyOf(2), null)).toBe(slot);
  expect(table.has(slot, FLAG.touched)).toBe(false);
});

test('thousands of subjects find their own states', () => {
  const table = new SubjectTable(new StatePages());
  const slots = Array.from({ length: 5_000 }, (_none, subject) => table.add(keyOf(subject), null));
  expect(slots.map((_slot, subject) => table.find(keyOf(subject)))).toEqual(slots);
  for (let subject = 0; subject < 5_000; subject += 2) table.release(slots[subject] as number);
  expect(slots.map((_slot, subject) => table.find(keyOf(subject)))).toEqual(slots.map((slot, subject) => (subject % 2 === 0 ? -1 : slot)));
});
