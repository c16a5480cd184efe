import type { HistoryRange, KeptEvent, Part, RaisedAlert } from '@stakewatch/clickhouse';
import type { BettingEvent } from '@stakewatch/contracts';
import { CompiledRule, type RuleDefinition } from '@stakewatch/rules';
import { bettingEvent, naiveAlerts } from '@stakewatch/testing';
import { BUILT_IN_RULES } from '@stakewatch/velocity-detector';
import fc from 'fast-check';
import { type FoundAlert, subjectKey } from './history-trial';
import { instantMicros } from './instant';
import { runBacktest } from './run-backtest';

const START = Date.UTC(2026, 1, 1) * 1000;
const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;

/** The kept history in memory: what the reader promises, the plain way. `parts` is how many the run is made to ask for. */
function historyOf(events: readonly BettingEvent[], parts = 1, raised: readonly RaisedAlert[] = []) {
  const asked: HistoryRange[] = [];
  const inPart = (subject: string, { part, of }: Part): boolean => [...subject].reduce((sum, letter) => sum + (letter.codePointAt(0) as number), 0) % of === part;
  const chosen = ({ company, subject, types, from, to, firstSince, players }: HistoryRange): BettingEvent[] => {
    const ours = events.filter((event) => event.company_id === company && event[subject] !== null && event[subject] !== '' && event.event_timestamp < to && (types === null || types.includes(event.event_type)));
    const named = new Set(ours.filter((event) => players.includes(event.player_id) && event.event_timestamp >= from).map((event) => event[subject]));
    const first = new Map<string, number>();
    for (const event of ours) if (firstSince !== null && event.event_timestamp >= firstSince) first.set(event[subject] as string, Math.min(first.get(event[subject] as string) ?? Infinity, event.event_timestamp));
    return ours
      .filter((event) => (event.event_timestamp >= from || first.get(event[subject] as string) === event.event_timestamp) && (players.length === 0 || named.has(event[subject])))
      .sort((a, b) => compare(a[subject] as string, b[subject] as string) || a.event_timestamp - b.event_timestamp || compare(a.uuid, b.uuid));
  };
  return {
    asked,
    size: async (range: HistoryRange) => {
      asked.push(range);
      return parts * 500_000;
    },
    async *events(range: HistoryRange, part: Part): AsyncGenerator<readonly KeptEvent[]> {
      const ofPart = chosen(range).filter((event) => inPart(event[range.subject] as string, part));
      for (let at = 0; at < ofPart.length; at += 3) yield ofPart.slice(at, at + 3);
    },
    raised: async (range: HistoryRange, _rule: string, by: 'player_id' | 'subject', part: Part) => raised.filter((alert) => inPart(alert[by], part) && alert.event_timestamp >= range.from && alert.event_timestamp < range.to),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function run(history: ReturnType<typeof historyOf>, definition: RuleDefinition, over: { from?: number; to?: number; players?: readonly string[]; shown?: number; settings?: Record<string, number> } = {}) {
  const alerts: FoundAlert[] = [];
  const progress: number[] = [];
  const { from = START - 400 * DAY, to = START + 400 * DAY, players = [], shown = 5, settings = {} } = over;
  const result = await runBacktest(history, { company: 'acme', rule: new CompiledRule(definition, 'live', 1, settings), from, to, players, shown, onAlert: (alert) => alerts.push(alert), onStart: () => undefined, onProgress: (events) => progress.push(events) });
  return { ...result, alerts, progress };
}

const burst: RuleDefinition = { id: 'burst', title: 'Burst', description: 'Burst.', per: 'player', on: ['DEPOSIT'], facts: { deposits: { fact: 'count', of: 'DEPOSIT', within: '10m' } }, when: 'deposits > limit', settings: { limit: 2 }, cooldown: '1h', outcome: { severity: 'low', score: 5 } };
const deposits = (player: string, ...minutes: number[]): BettingEvent[] => minutes.map((minute) => bettingEvent({ external_event_id: `${player}-${minute}`, player_id: player, event_timestamp: START + minute * MINUTE }));

/** Events of a few players within minutes or hours: close together, so that rules fire, and far apart, so that windows end. */
const someEvents = fc.constantFrom(15, 400).chain((minutes) =>
  fc.array(
    fc.record({
      player: fc.integer({ min: 0, max: 2 }),
      type: fc.constantFrom('DEPOSIT', 'WITHDRAWAL', 'BET_PLACED', 'BET_WON', 'JACKPOT'),
      minute: fc.integer({ min: 0, max: minutes }),
      amount: fc.integer({ min: 1, max: 2_000_000 }),
      currency: fc.constantFrom('XOF', 'EUR'),
      device: fc.constantFrom(null, 'd-1', 'd-2'),
      session: fc.constantFrom(null, '', 's-1', 's-2'),
      ip: fc.constantFrom(null, '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'),
    }),
    { maxLength: 80, size: 'max' },
  ),
);

test('for every built-in rule it finds the alerts that a plain evaluation of the same events finds, however they are split', async () => {
  let alertsSeen = 0;
  await fc.assert(
    fc.asyncProperty(someEvents, fc.constantFrom(...BUILT_IN_RULES), fc.integer({ min: 1, max: 4 }), async (made, definition, parts) => {
      const events = made.map(({ player, type, minute, amount, currency, device, session, ip }, index) =>
        bettingEvent({ external_event_id: `e-${index}`, player_id: `p-${player}`, event_type: type as BettingEvent['event_type'], event_timestamp: START + minute * MINUTE, amount, currency, device_id: device, session_id: session, ip_address: ip, game_odds: 1.5 }),
      );
      const expected = naiveAlerts([{ definition }], events).map(({ subject, currency, windowStart, eventUuid, facts }) => [subject, currency, windowStart, eventUuid, facts]);
      const { alerts } = await run(historyOf(events, parts), definition);
      alertsSeen += alerts.length;
      const perSession = definition.per === 'session';
      const found = alerts.map(({ subject, playerId, currency, windowStart, eventUuid, facts }) => [subjectKey(perSession, perSession ? playerId : subject, subject), currency, windowStart, eventUuid, Object.fromEntries(facts.map(({ name, value }) => [name, value]))]);
      const order = (rows: readonly unknown[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();
      expect(order(found)).toEqual(order(expected));
    }),
    { numRuns: 150 },
  );
  expect(alertsSeen).toBeGreaterThan(0);
}, 60_000);

test('events before the time asked for are history, and raise nothing themselves', async () => {
  // Two deposits before `from`, the third after it: the third is the one too many.
  const events = [...deposits('p', 55, 58, 61), ...deposits('q', 10, 11, 12)];
  const from = START + 60 * MINUTE;
  const history = historyOf(events);
  const { alerts, readFrom, progress } = await run(history, burst, { from });
  expect(alerts.map(({ playerId, eventTimestamp, facts }) => [playerId, eventTimestamp, facts[0]?.value])).toEqual([['p', START + 61 * MINUTE, 3]]);
  expect(readFrom).toBeLessThanOrEqual(from - 10 * MINUTE - DAY);
  expect(progress).toEqual([3, 6]);
  expect((await run(history, burst, { to: START + 11 * MINUTE })).alerts).toEqual([]);
  expect((await run(history, burst, { settings: { limit: 1 } })).report.alerts).toBe(3);
});

test("a rule that asks for a subject's age learns when it was first seen", async () => {
  const young: RuleDefinition = { ...burst, facts: { age: { fact: 'age' } }, when: 'age < 3600.0', settings: {} };
  const events = [...deposits('old', -60 * 1440, 10), ...deposits('new', 10)];
  const { alerts } = await run(historyOf(events), young, { from: START });
  expect(alerts.map(({ playerId }) => playerId)).toEqual(['new']);
});

test('what was raised is set against what would be: both, only now, only then; by day and by player', async () => {
  const events = [...deposits('p', 1, 2, 3), ...deposits('q', 1441, 1442, 1443), ...deposits('r', 5, 6, 7)];
  const mark = (player: string, window: number, minute: number): RaisedAlert => ({ subject: player, player_id: player, currency: 'XOF', window_start: START + window * MINUTE, event_timestamp: START + minute * MINUTE });
  // The same alert live and in dry run counts once.
  const raised = [mark('p', 0, 3), mark('p', 0, 3), mark('s', 60, 61)];
  for (const parts of [1, 3]) {
    const { report } = await run(historyOf(events, parts, raised), burst, { shown: 2 });
    expect(report.compared).toEqual({ raised: 2, both: 1, only_tried: 2, only_raised: 1 });
    expect(report.byDay()).toEqual([{ day: '2026-02-01', alerts: 2, raised: 2 }, { day: '2026-02-02', alerts: 1, raised: 0 }]);
    expect(report.byPlayer()).toEqual([{ player_id: 'p', alerts: 1, raised: 1 }, { player_id: 'q', alerts: 1, raised: 0 }, { player_id: 'r', alerts: 1, raised: 0 }, { player_id: 's', alerts: 0, raised: 1 }]);
    expect(report.latest.map(({ playerId }) => playerId)).toEqual(['q', 'r']);
    expect(report.playersWithAlerts).toEqual({ players: 4, uncounted: { alerts: 0, raised: 0 } });
  }
});

test('it reads what the rule can see: the types it needs of shared subjects, all of players, of one company', async () => {
  const shared: RuleDefinition = { ...burst, per: 'device', facts: { players: { fact: 'distinct', field: 'player_id', of: ['DEPOSIT', 'WITHDRAWAL'], within: '1h' } }, when: 'players > 1.0', settings: {} };
  const history = historyOf([]);
  await run(history, shared, { players: ['p'] });
  await run(history, burst);
  expect(history.asked).toMatchObject([{ company: 'acme', subject: 'device_id', types: ['DEPOSIT', 'WITHDRAWAL'], firstSince: null, players: ['p'] }, { subject: 'player_id', types: null, firstSince: null }]);
});

test('a condition that fails on its values counts as silent, and is told', async () => {
  const { alerts, failures, firstFailure } = await run(historyOf(deposits('nobody', 1, 2)), { ...burst, when: 'int(event.player_id) > 1', facts: {}, settings: {} });
  expect(alerts).toEqual([]);
  expect(failures).toBe(2);
  expect(firstFailure).toMatch(/int/);
});

test('a subject may have more events than a timeline keeps', async () => {
  const events = Array.from({ length: 12_000 }, (_, index) => bettingEvent({ external_event_id: `e-${index}`, player_id: 'p', event_type: 'BET_PLACED', event_timestamp: START + index * 1_000_000 }));
  const many: RuleDefinition = { ...burst, on: ['BET_PLACED'], facts: { bets: { fact: 'count', of: 'BET_PLACED', within: '10m' } }, when: 'bets >= 600.0', settings: {} };
  const { events: read, alerts } = await run(historyOf(events), many);
  expect(read).toBe(12_000);
  expect(alerts.map(({ eventTimestamp }) => eventTimestamp - START)).toEqual([599, 3600, 7200, 10_800].map((second) => second * 1_000_000));
});

test.each([
  ['2026-10-01', false, Date.UTC(2026, 9, 1)],
  ['2026-10-31', true, Date.UTC(2026, 10, 1)],
  ['2026-10-31T12:00:00+02:00', true, Date.UTC(2026, 9, 31, 10)],
  ['2026-10-31T12:00Z', false, Date.UTC(2026, 9, 31, 12)],
])('%s (whole: %s) is a time', (text, whole, ms) => expect(instantMicros('--to', text, whole)).toBe(ms * 1000));

test.each(['yesterday', '2026-02-31', '2026-13-01', '2026-10-01T00:00:00', '20261001', '1969-01-01', '', "'; DROP TABLE events; --"])('%p is no time', (text) => expect(() => instantMicros('--from', text, false)).toThrow(/neither a day/));
