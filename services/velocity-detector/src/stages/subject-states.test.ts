import { exampleEvents, packEvent, StatePages } from '@stakewatch/rules';
import { StateBudget } from '@stakewatch/runtime';
import fc from 'fast-check';
import { StateKeys } from './state-keys';
import { NO_SLOT, type Subject, SubjectStates } from './subject-states';

const EVENTS = exampleEvents([{ type: 'DEPOSIT', after: '1m', repeat: 30 }]);
const subject = (name: string): Subject => {
  const value = Buffer.from(`--${name}--`);
  return { type: 'player', companyId: 'acme', value, from: 2, to: value.length - 2, slot: NO_SLOT };
};

/** The states of one partition over a store in memory. */
function partition(limitBytes: number, budget = new StateBudget(limitBytes)) {
  const states = new SubjectStates<Subject>(budget, new StatePages(), (input, note) => note(input));
  const stored = new Map<string, Buffer>();
  let next = 0;
  const use = (...names: string[]) => {
    const inputs = names.map(subject);
    const missing = states.touch(inputs);
    states.add(missing, missing.map((key) => stored.get(key) ?? null));
    for (const input of inputs) states.stateOf(input).insert(packEvent({ ...(EVENTS[next++ % EVENTS.length] as (typeof EVENTS)[number]), uuid: `00000000-0000-4000-8000-${String(next).padStart(12, '0')}` }));
    return missing;
  };
  const save = (nowMicros = 0) => {
    const writes = [...states.takeWrites(nowMicros)];
    for (const { key, op, bytes } of writes) stored.set(key, op === 'set' ? (bytes as Buffer) : Buffer.concat([stored.get(key) ?? Buffer.alloc(0), bytes as Buffer]));
    states.saved();
    return writes;
  };
  const eventsOf = (name: string) => {
    const input = subject(name);
    const missing = states.touch([input]);
    states.add(missing, missing.map((key) => stored.get(key) ?? null));
    return states.stateOf(input).timeline.length;
  };
  return { states, budget, use, save, eventsOf };
}

test('a subject is missing once, and written once however often it is touched between two saves', () => {
  const { use, save } = partition(1e6);
  expect(use('a', 'b', 'a')).toEqual(['player|acme|a', 'player|acme|b']);
  expect(use('b', 'c')).toEqual(['player|acme|c']);
  expect(save().map(({ key }) => key)).toEqual(['player|acme|a', 'player|acme|b', 'player|acme|c']);
  expect(save()).toEqual([]);
});

test('what was used since the last eviction outlives what was not, and comes back as it was', () => {
  const { states, use, save, eventsOf, budget } = partition(1_600);
  use('a', 'b');
  save();
  expect([states.size, budget.used]).toEqual([2, expect.any(Number)]);
  use('a');
  use('a', 'c');
  save();
  expect(budget.used).toBeLessThanOrEqual(budget.limitBytes);
  expect(use('a')).toEqual([]);
  expect(eventsOf('a')).toBe(4);
  expect(eventsOf('b')).toBe(1);
});

test('whatever is touched, saved and let go, a subject has every event that came', () => {
  const steps = fc.array(fc.record({ names: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 8 }), save: fc.boolean() }), { maxLength: 30 });
  fc.assert(
    fc.property(steps, (given) => {
      const { use, save, eventsOf, states, budget } = partition(2_000);
      const counts = new Map<string, number>();
      for (const step of given) {
        use(...step.names);
        for (const name of step.names) counts.set(name, (counts.get(name) ?? 0) + 1);
        if (step.save) save();
      }
      save();
      for (const [name, count] of counts) expect(eventsOf(name)).toBe(count);
      states.clear();
      expect([states.size, budget.used]).toEqual([0, 0]);
    }),
  );
});

test('two partitions share a budget; clearing one gives its part back', () => {
  const budget = new StateBudget(1e6);
  const [one, other] = [partition(0, budget), partition(0, budget)];
  one.use('a');
  one.save();
  const ofOne = budget.used;
  other.use('a', 'b');
  other.save();
  expect(budget.used).toBeGreaterThan(ofOne);
  other.states.clear();
  expect(budget.used).toBe(ofOne);
});

test('how long to keep a subject is told once a day', () => {
  const { use, save } = partition(1e6);
  const told = (hour: number) => {
    use('a');
    return save(hour * 3_600_000_000)[0]?.ttlMs !== undefined;
  };
  expect([told(1_000), told(1_001), told(1_024), told(1_025)]).toEqual([true, false, true, false]);
});

test('bytes that are no text make a key that its own text leads back to', () => {
  const keys = new StateKeys('phone');
  const broken = Buffer.from([0x61, 0xff, 0xc3, 0x62]);
  const text = keys.write('acme', broken, 0, broken.length).text();
  const again = Buffer.from(text.slice('phone|acme|'.length));
  expect(keys.write('acme', again, 0, again.length).text()).toBe(text);
  expect(keys.bytes.toString('utf8', 0, keys.length)).toBe(text);
  expect(new StateKeys('player').write('zürich', Buffer.from('é'.repeat(600)), 0, 1_200).text()).toBe(`player|zürich|${'é'.repeat(600)}`);
});
