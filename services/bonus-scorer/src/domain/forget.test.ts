import { randomOf } from '@stakewatch/random';
import { change, DEFAULT_POLICY, signal, T0 } from '../testing/values';
import { listBonuses } from './bonus';
import { decideChange } from './decide';
import { forgetUnseen } from './forget';
import { keepGroupClaim, operatorsWith } from './group-claims';
import type { BonusChange, Signal } from './inputs';
import { attributesWith, playersWith } from './links';
import { observeSignal } from './observe';
import { readProfile } from './profile';
import { listRings } from './rings';
import { MemoryRows, type Rows } from './rows';
import { DAY } from './time';

const DAYS = 60;
const day = (number: number): number => T0 + number * DAY;
const seen = (rows: Rows, player: string, on: number, what: Partial<Signal> = { device_id: `device of ${player}` }) => observeSignal(rows, 'acme', signal(player, day(on), what), DEFAULT_POLICY);
const decide = (rows: Rows, given: BonusChange) => decideChange(rows, given, DEFAULT_POLICY);
const claim = (rows: Rows, player: string, on: number, device: string, bonusId = 'welcome') => decide(rows, change(player, 'activated', day(on), { bonusId }, { device }));
const devicesOf = (rows: Rows, player: string) => [...attributesWith(rows, player, 'device').keys()];

test('who was seen within the days keeps everything, who was not is tied to nobody any more', () => {
  const rows = new MemoryRows();
  seen(rows, 'stays', 0, { device_id: 'd' });
  seen(rows, 'goes', 0, { device_id: 'd' });
  seen(rows, 'stays', 30, { device_id: 'd' });
  forgetUnseen(rows, day(60), DAYS);
  expect([...playersWith(rows, { type: 'device', value: 'd' }).keys()]).toEqual(['stays', 'goes']);
  forgetUnseen(rows, day(61), DAYS);
  expect([...playersWith(rows, { type: 'device', value: 'd' }).keys()]).toEqual(['stays']);
  expect(devicesOf(rows, 'goes')).toEqual([]);
  expect(devicesOf(rows, 'stays')).toEqual(['d']);
  forgetUnseen(rows, day(91), DAYS);
  expect(devicesOf(rows, 'stays')).toEqual([]);
});

test('an account that slept is still as old as it was, up to 400 days; after that it is new', () => {
  const rows = new MemoryRows();
  seen(rows, 'sleeper', 0);
  for (let on = 1; on <= 400; on += 1) forgetUnseen(rows, day(on), DAYS);
  expect(readProfile(rows, 'sleeper')).toMatchObject({ firstSeen: day(0) });
  for (let on = 401; on <= 500; on += 1) forgetUnseen(rows, day(on), DAYS);
  expect(readProfile(rows, 'sleeper')).toBeUndefined();
});

test('a bonus stays for ever, so that one that has ended cannot be claimed again', () => {
  const rows = new MemoryRows();
  claim(rows, 'claimer', 0, 'd');
  decide(rows, change('claimer', 'finished', day(1), { bonusId: 'welcome' }));
  for (let on = 1; on < 1_000; on += 1) forgetUnseen(rows, day(on), DAYS);
  expect(devicesOf(rows, 'claimer')).toEqual([]);
  expect(readProfile(rows, 'claimer')).toMatchObject({ firstSeen: day(0) });
  expect(listBonuses(rows, 'claimer')).toMatchObject([{ bonusId: 'welcome', status: 'finished' }]);
  expect(claim(rows, 'claimer', 1_000, 'd')).toMatchObject({ kind: 'rejected' });
});

test('what a ring rests on stays', () => {
  const rows = new MemoryRows();
  for (const player of ['a', 'b', 'c']) claim(rows, player, 0, 'd');
  for (let on = 1; on < 200; on += 1) forgetUnseen(rows, day(on), DAYS);
  expect(listRings(rows)).toMatchObject([{ members: ['a', 'b', 'c'] }]);
  expect([...playersWith(rows, { type: 'device', value: 'd' }).keys()]).toEqual(['a', 'b', 'c']);
});

test('claims at other operators go when nothing looks at them any more', () => {
  const rows = new MemoryRows();
  keepGroupClaim(rows, { claimUuid: 'old', companyId: 'other', at: day(0), evidence: ['h'] });
  keepGroupClaim(rows, { claimUuid: 'new', companyId: 'another', at: day(20), evidence: ['h'] });
  forgetUnseen(rows, day(61), DAYS);
  expect(rows.list('group|h').size).toBe(0);
  expect(operatorsWith(rows, 'acme', 'nobody', day(61)).size).toBe(0);
});

test('history that is read again has its own today: nothing of it is long ago', () => {
  const rows = new MemoryRows();
  seen(rows, 'of old', -3_000);
  forgetUnseen(rows, day(-3_000), DAYS);
  expect(devicesOf(rows, 'of old')).toHaveLength(1);
});

test('late inputs of long ago do not set the clock back', () => {
  const rows = new MemoryRows();
  forgetUnseen(rows, day(100), DAYS);
  seen(rows, 'late', 1);
  forgetUnseen(rows, day(1), DAYS);
  forgetUnseen(rows, day(100), DAYS);
  expect(devicesOf(rows, 'late')).toHaveLength(1);
  forgetUnseen(rows, day(101), DAYS);
  expect(devicesOf(rows, 'late')).toEqual([]);
});

/** Rows that count what they hold. */
class CountedRows extends MemoryRows {
  private readonly ids = new Set<string>();
  override set(group: string, id: string, row: object): void {
    this.ids.add(`${group} ${id}`);
    super.set(group, id, row);
  }
  override delete(group: string, id: string): void {
    this.ids.delete(`${group} ${id}`);
    super.delete(group, id);
  }
  get of(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const key of this.ids) {
      const kind = key.slice(0, key.search(/[| ]/));
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }
}

test('a company where players come and go for years holds those of the last days', () => {
  const rows = new CountedRows();
  const random = randomOf(7);
  for (let on = 0; on < 1_500; on += 1) {
    for (let each = 0; each < 10; each += 1) seen(rows, `p${on * 2 + Math.floor(random() * 4)}`, on, { device_id: `d${on + Math.floor(random() * 3)}`, ip_address: `i${on}` });
    forgetUnseen(rows, day(on), DAYS);
  }
  const { profile = 0, of = 0, has = 0 } = rows.of;
  // Two new players a day, each seen on two days: their profiles of 400 days, their links of 60.
  expect(profile).toBeGreaterThan(2 * 395);
  expect(profile).toBeLessThan(2 * 405);
  expect(has).toBeLessThan(10 * 65);
  expect(of).toBe(has);
});

test('scores and facts of those who are there are the same as if nothing were forgotten', () => {
  const decided = (evidenceDays: number) => {
    const rows = new CountedRows();
    const random = randomOf(11);
    const said: unknown[] = [];
    for (let on = 0; on < 300; on += 1) {
      // Cohorts of 30 days, two players each; every third has the same devices, so few that each of them says as much as it can.
      const cohort = Math.floor(on / 30);
      for (let each = 0; each < 4; each += 1) {
        const player = `p${cohort}-${Math.floor(random() * 2)}`;
        const device = `d${cohort % 3}-${Math.floor(random() * 3)}`;
        seen(rows, player, on, { device_id: device, ip_address: `i${cohort % 3}` });
        if (random() >= 0.3) continue;
        const outcome = decide(rows, change(player, 'activated', day(on), { bonusId: `b${Math.floor(on / 10)}` }, { device }));
        if (outcome.kind === 'decided') said.push({ score: outcome.answer.score, facts: outcome.facts });
      }
      forgetUnseen(rows, day(on), evidenceDays);
    }
    return { said, links: rows.of['has'] ?? 0 };
  };
  const [all, some] = [decided(1_000), decided(DAYS)];
  expect(some.said).toEqual(all.said);
  expect(all.said.filter((each) => (each as { facts: { deviceClaimants: number } }).facts.deviceClaimants > 0).length).toBeGreaterThan(10);
  expect(some.links).toBeLessThan(all.links / 2);
});
