import fc from 'fast-check';
import { change, DEFAULT_POLICY, signal, T0 } from '../testing/values';
import { decideChange } from './decide';
import type { BonusChange, Signal } from './inputs';
import { observeSignal } from './observe';
import { listRings } from './rings';
import { MemoryRows } from './rows';
import { HOUR } from './time';

type Input = { readonly signal: Signal } | { readonly change: BonusChange };

function run(inputs: readonly Input[], rows = new MemoryRows()) {
  const alerts = inputs.flatMap((input) => {
    if ('signal' in input) return observeSignal(rows, 'acme', input.signal, DEFAULT_POLICY);
    const outcome = decideChange(rows, input.change, DEFAULT_POLICY);
    return outcome.kind === 'decided' ? outcome.alerts : [];
  });
  return { rows, alerts: alerts.filter(({ rule_id }) => rule_id === 'bonus-claim-ring') };
}

const claim = (player: string, hours: number, more: object = {}, bonusId = 'welcome'): Input => ({ change: change(player, 'activated', T0 + hours * HOUR, { bonusId }, more) });
const seen = (player: string, hours: number, what: Partial<Signal>): Input => ({ signal: signal(player, T0 + hours * HOUR, what) });

test('three accounts of one device that claim together are a ring, and its alert lists what it rests on', () => {
  const { rows, alerts } = run([claim('a', 0, { device: 'd' }), claim('b', 1, { device: 'd' }), claim('c', 2, { device: 'd' })]);
  expect(listRings(rows)).toMatchObject([{ id: 'a', members: ['a', 'b', 'c'], links: [{ type: 'device', value: 'd', members: ['a', 'b', 'c'] }] }]);
  expect(alerts).toMatchObject([{ subject_type: 'ring', subject: 'a', revision: 1, status: 'open' }]);
  expect(JSON.parse(alerts[0]?.settings ?? '')).toMatchObject({ members: ['a', 'b', 'c'], links: [{ type: 'device', value: 'd', members: ['a', 'b', 'c'], sources: [expect.any(String), expect.any(String), expect.any(String)] }], claims: [{ player: 'a' }, { player: 'b' }, { player: 'c' }] });
});

test('a ring grows as evidence comes, also evidence that comes after the claims', () => {
  const { alerts } = run([claim('a', 0, { device: 'd' }), claim('b', 1, { device: 'd' }), claim('c', 2), claim('d', 3), seen('c', 4, { device_id: 'd' }), seen('c', 5, { player_phone: '77' }), seen('d', 6, { player_phone: '77' })]);
  expect(alerts.map(({ revision, facts }) => [revision, facts[0]?.value])).toEqual([[1, 3], [2, 4]]);
});

test('two accounts, far claims, other bonuses, or established players are no ring', () => {
  expect(listRings(run([claim('a', 0, { device: 'd' }), claim('b', 1, { device: 'd' })]).rows)).toEqual([]);
  expect(listRings(run(['a', 'b', 'c'].map((player, index) => claim(player, index * 100, { device: 'd' }))).rows)).toEqual([]);
  expect(listRings(run(['a', 'b', 'c'].map((player) => claim(player, 0, { device: 'd' }, `for-${player}`))).rows)).toEqual([]);
  const before = ['a', 'b', 'c'].flatMap((player) => [1, 2, 3, 4, 5].map((day) => seen(player, -24 * day, { device_id: 'd' })));
  expect(listRings(run([...before, ...['a', 'b', 'c'].map((player) => claim(player, 1, { device: 'd' }))]).rows)).toEqual([]);
});

test('accounts opened far apart that take one promotion together are a family, not a ring; opened together long ago they are one', () => {
  const opened = (days: readonly number[]) => ['a', 'b', 'c'].map((player, index) => seen(player, -24 * (days[index] as number), { device_id: 'd' }));
  const claims = ['a', 'b', 'c'].map((player, index) => claim(player, index, { device: 'd' }, 'reload'));
  expect(listRings(run([...opened([200, 120, 40]), ...claims]).rows)).toEqual([]);
  expect(listRings(run([...opened([90, 75, 65]), ...claims]).rows)).toMatchObject([{ members: ['a', 'b', 'c'] }]);
  // Late evidence that one of them was there long before takes the ring apart.
  expect(run([...opened([90, 75, 65]), ...claims, seen('c', -24 * 300, { device_id: 'd' })]).alerts.map(({ status }) => status)).toEqual(['open', 'withdrawn']);
});

test('a chain of claims, each within two days of the next, is a ring only where three fall into two days', () => {
  const chain = [claim('a', 0, { device: 'd' }), claim('b', 40, { device: 'd' }), claim('c', 80, { device: 'd' })];
  expect(listRings(run(chain).rows)).toEqual([]);
  expect(listRings(run([...chain, claim('e', 50, { device: 'd' })]).rows)).toMatchObject([{ members: ['a', 'b', 'c', 'e'] }]);
});

test('evidence that makes a link weaker withdraws the alert: the device was a public one', () => {
  const { rows, alerts } = run([...['a', 'b', 'c'].map((player) => claim(player, 1, { device: 'd' })), ...Array.from({ length: 20 }, (_, index) => seen(`x${index}`, 2 + index, { device_id: 'd' }))]);
  expect(listRings(rows)).toEqual([]);
  expect(alerts.map(({ status }) => status)).toEqual(['open', 'withdrawn']);
  expect(alerts[1]?.alert_id).toBe(alerts[0]?.alert_id);
});

const player = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
/** Most lie within days of the claims, some months before. */
const hours = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 200 }) }, { weight: 1, arbitrary: fc.integer({ min: -2_000, max: 0 }) });
const sighting = fc.record({ player, hours, what: fc.oneof(fc.record({ device_id: fc.constantFrom('d1', 'd2', 'd3') }), fc.record({ player_phone: fc.constantFrom('t1', 't2') }), fc.record({ ip_address: fc.constantFrom('i1', 'i2', 'i3') })) });
const claiming = fc.uniqueArray(fc.record({ player, hours: fc.integer({ min: 0, max: 100 }), bonus: fc.constantFrom('x', 'y') }), { selector: ({ player: who, bonus }) => `${who}${bonus}`, minLength: 6, maxLength: 14 });

test('rings do not depend on the order of evidence and claims, nor on repeats', () => {
  let rings = 0;
  fc.assert(
    fc.property(fc.array(sighting, { minLength: 5, maxLength: 25 }), claiming, fc.integer(), (sightings, claims, seed) => {
      const inputs: Input[] = [...sightings.map(({ player: who, hours, what }) => seen(who, hours, what)), ...claims.map(({ player: who, hours, bonus }) => claim(who, hours, {}, bonus))];
      const key = (index: number) => Math.imul(index + 1, seed | 1) >>> 0;
      const shuffled = inputs.map((input, index) => ({ input, at: key(index) })).sort((a, b) => a.at - b.at).map(({ input }) => input);
      const repeated = [...shuffled, ...shuffled.filter((input) => 'signal' in input)];
      const expected = listRings(run(inputs).rows).map((ring) => JSON.stringify(ring)).sort();
      rings += expected.length;
      expect(listRings(run(repeated).rows).map((ring) => JSON.stringify(ring)).sort()).toEqual(expected);
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(rings).toBeGreaterThan(50);
}, 60_000);
