import { age, aboutEuros, ByteWriter, compileRuleSet, count, deviation, distinct, foldEvent, max, mean, min, type RuleDefinition, type RuleEvent, type RuleSet, type Settings, streak, streakOdds, SubjectState, subjectOf, sum, timeSince } from '@stakewatch/rules';
import { alertIdOf, type EventType } from '@stakewatch/contracts';
import fc from 'fast-check';
import { naiveAlerts } from '../../../packages/testing/src/naive-evaluator';
import { BUILT_IN_RULES } from './rules';

type Event = RuleEvent & { company_id: string };

const writer = new ByteWriter();

function stateOf(stored: Buffer | undefined): SubjectState {
  const state = new SubjectState();
  if (stored) state.read(stored);
  return state;
}

const HOUR = 3_600_000_000;
const START = Date.UTC(2026, 1, 3) * 1000;
const TYPES: EventType[] = ['DEPOSIT', 'WITHDRAWAL', 'BET_PLACED', 'BET_WON', 'BET_LOST', 'JACKPOT'];

const rule = (id: string, parts: Pick<RuleDefinition, 'per' | 'on' | 'facts' | 'when'> & Partial<RuleDefinition>): RuleDefinition => ({ title: id, description: id, outcome: { severity: 'low', score: 1 }, ...parts, id });

/** Every fact, window edge and filter at least once, with limits low enough that random events pass them both ways. */
const EVERY_FACT: RuleDefinition[] = [
  rule('counts', { per: 'player', on: ['DEPOSIT', 'BET_PLACED'], facts: { n: count({ of: 'DEPOSIT', within: '2h' }) }, when: 'n >= 3' }),
  rule('sums', { per: 'player', on: ['DEPOSIT'], facts: { total: sum({ field: 'amount', within: '6h' }), odds: sum({ field: 'game_odds', within: '6h' }) }, when: 'total > 9000000000000 || odds > 12', cooldown: '30m' }),
  rule('extremes', { per: 'player', on: ['BET_PLACED'], facts: { most: max({ field: 'amount', within: '3h', excludingThis: true }), least: min({ field: 'amount', within: '3h', excludingThis: true }) }, when: 'event.amount > most || event.amount < least * 0.5' }),
  rule('spread', { per: 'player', on: TYPES, facts: { usual: mean({ field: 'amount', within: '12h', excludingThis: true }), spread: deviation({ field: 'amount', within: '12h', excludingThis: true }), odds: deviation({ field: 'game_odds', within: '5h' }) }, when: 'event.amount > usual + 1.1 * spread || odds > 1.3', cooldown: '4h' }),
  rule('variety', { per: 'session', on: TYPES, facts: { ips: distinct({ field: 'ip_address', within: '5h' }), since: age() }, when: 'ips >= 2 && since > 1800' }),
  rule('pauses', { per: 'player', on: ['WITHDRAWAL'], facts: { pause: timeSince({ of: 'DEPOSIT', within: '8h' }), since: age() }, when: 'pause < 1200 || since < 3600' }),
  rule('streaks', { per: 'player', on: ['BET_WON'], facts: { wins: streak({ of: 'BET_WON', until: 'BET_LOST', within: '1d' }), odds: streakOdds({ of: 'BET_WON', until: ['BET_LOST', 'JACKPOT'], within: '1d' }) }, when: 'wins >= 2 && odds > 4' }),
  rule('filters', {
    per: 'device',
    on: TYPES,
    facts: { n: count({ within: '1d', where: { amount: { atLeast: { setting: 'limit', times: 0.5 }, below: { setting: 'limit' } }, ip_address: { same: true } } }), players: distinct({ field: 'player_id', within: '1d', where: { operator: ['WAVE_SN', 'CARD'] } }) },
    when: 'n >= 2 || players >= 2',
    settings: { limit: aboutEuros(10) },
  }),
];
const LOW: Record<string, Settings> = { 'deposit-burst': { limit: 1 }, 'many-ips': { limit: 1 }, 'many-operators': { limit: 1 }, 'stake-outlier': { history: 2, least: 1 }, 'ip-sharing': { limit: 1 }, 'phone-sharing': { limit: 1 }, 'win-streak': { least: 2, limit: 3 }, 'session-many-ips': { limit: 1 } };

const eventArbitrary = fc.record({
  type: fc.constantFrom(...TYPES),
  // Coarse, so that timestamps tie and windows end exactly on events.
  minutes: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 24 * 6 }).map((ten) => ten * 30)),
  jitter: fc.integer({ min: 0, max: 24 * 60 }),
  amount: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(90_071_992_547_409, 90_071_992_547_408, 1)),
  currency: fc.constantFrom('XOF', 'XOF', 'EUR'),
  player: fc.integer({ min: 1, max: 2 }),
  session: fc.constantFrom(null, 's1', 's2'),
  ip: fc.constantFrom(null, '198.51.100.1', '198.51.100.2', '198.51.100.3'),
  operator: fc.constantFrom(null, 'WAVE_SN', 'CARD', 'MTN_GH'),
  odds: fc.constantFrom(null, 1.1, 2.7, 3.3),
  balance: fc.constantFrom(null, 0, 5),
});

const eventsArbitrary = fc.array(eventArbitrary, { minLength: 1, maxLength: 40 }).map((drafts) =>
  drafts.map((draft, index): { event: Event; jitter: number } => ({
    jitter: draft.jitter * 60_000_000,
    event: {
      uuid: `${((index * 2654435761) >>> 0).toString(16).padStart(8, '0')}-0000-8000-8000-${index.toString(16).padStart(12, '0')}`,
      company_id: 'acme',
      event_type: draft.type,
      event_timestamp: START + draft.minutes * 60_000_000,
      received_at: START,
      amount: draft.amount,
      currency: draft.currency,
      player_id: `player-${draft.player}`,
      session_id: draft.session,
      ip_address: draft.ip,
      operator: draft.operator,
      game_odds: draft.odds,
      balance_before: draft.balance,
      balance_after: draft.balance,
      device_id: 'device-1',
      player_phone: '+221770000000',
      player_country: null,
      player_kyc_level: null,
      device_type: null,
      game_type: null,
      game_id: null,
      game_sport: null,
      game_competition: null,
    },
  })),
);

function compiled(rules: readonly RuleDefinition[]): RuleSet {
  const choices = Object.entries(LOW).map(([ruleId, settings]) => ({ ruleId, version: 1, mode: 'live' as const, settings }));
  const set = compileRuleSet(rules, choices.filter(({ ruleId }) => rules.some(({ id }) => id === ruleId)));
  expect(set.faults).toEqual([]);
  return set;
}

/** Folds events as the stages do, and stores and restores every state after each `restoreEvery` events. */
function detect(set: RuleSet, events: readonly Event[], restoreEvery: number) {
  const states = new Map<string, SubjectState>();
  const stored = new Map<string, Buffer>();
  const latest = new Map<string, { status: string; revision: number; alert: object }>();
  events.forEach((event, index) => {
    for (const type of ['player', 'device', 'phone', 'ip'] as const) {
      const subject = subjectOf(event, type);
      if (subject === null) continue;
      const key = `${type}|${subject}`;
      const state = states.get(key) ?? stateOf(stored.get(key));
      states.set(key, state);
      const result = foldEvent(state, event, set.timelines[type]);
      if (result.kind !== 'counted') continue;
      expect(result.failures).toEqual([]);
      for (const { rule: by, status, revision, windowStart, session, content } of result.changes) {
        const identity = by.perSession ? `${content.playerId}\u0001${session}` : subject;
        const alertId = alertIdOf('acme', by.id, 'live', by.definition.per, identity, content.currency, windowStart);
        expect(revision).toBe((latest.get(alertId)?.revision ?? 0) + 1);
        const facts = Object.fromEntries(content.facts.map(({ name, value }) => [name, value]));
        latest.set(alertId, { status, revision, alert: { alertId, ruleId: by.id, subjectType: by.definition.per, subject: identity, playerId: content.playerId, currency: content.currency, windowStart, eventUuid: content.eventUuid, facts, eventUuids: content.eventUuids } });
      }
    }
    if ((index + 1) % restoreEvery === 0) {
      for (const [key, state] of states) {
        const op = state.takeChange(writer.reset());
        const bytes = Buffer.from(writer.memory.subarray(0, writer.end));
        if (op) stored.set(key, op === 'set' ? bytes : Buffer.concat([stored.get(key) ?? Buffer.alloc(0), bytes]));
      }
      states.clear();
    }
  });
  return [...latest.values()].filter(({ status }) => status === 'open').map(({ alert }) => alert as { alertId: string }).sort((a, b) => (a.alertId < b.alertId ? -1 : 1));
}

const expected = (rules: readonly RuleDefinition[], events: readonly Event[]) => naiveAlerts(rules.map((definition) => ({ definition, settings: LOW[definition.id] ?? {} })), events);

const byArrival = (drafts: readonly { event: Event; jitter: number }[]) => [...drafts].sort((a, b) => a.event.event_timestamp + a.jitter - b.event.event_timestamp - b.jitter).map(({ event }) => event);

const ALL = [...BUILT_IN_RULES, ...EVERY_FACT];
const ALL_RULES = compiled(ALL);

test('however events within a day are shuffled, repeated and stored in between, the open alerts are those of the plain evaluator', () => {
  fc.assert(
    fc.property(eventsArbitrary, fc.array(fc.nat(100), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (drafts, repeats, restoreEvery) => {
      const arrivals = byArrival(drafts);
      const repeated = [...arrivals];
      for (const at of repeats) {
        const source = at % repeated.length;
        repeated.splice(source + 1 + (at % (repeated.length - source)), 0, repeated[source] as Event);
      }
      expect(detect(ALL_RULES, repeated, restoreEvery)).toEqual(expected(ALL, arrivals));
    }),
    { numRuns: 150 },
  );
}, 30_000);

test('short windows let old events go, and late ones still end in the same alerts', () => {
  const short = EVERY_FACT.filter(({ id }) => id === 'counts' || id === 'variety' || id === 'pauses').map((each) => ({ ...each, id: `${each.id}-short` }));
  const shortRules = compiled(short);
  fc.assert(
    fc.property(eventsArbitrary, fc.integer({ min: 1, max: 9 }), (drafts, restoreEvery) => {
      const spread = drafts.map(({ event, jitter }, index) => ({ jitter, event: { ...event, event_timestamp: event.event_timestamp + (index % 9) * 24 * HOUR, session_id: `s${index % 9}` } }));
      const arrivals = byArrival(spread);
      expect(detect(shortRules, arrivals, restoreEvery)).toEqual(expected(short, arrivals));
    }),
    { numRuns: 100 },
  );
}, 30_000);

test('an event more than a day behind its player is not counted, and one exactly a day behind is', () => {
  const [late, edge, ...rest] = [0, 1, HOUR * 24 + 1, HOUR * 24 + 1].map((at, index) => ({ ...(fc.sample(eventsArbitrary, 1)[0]?.[0]?.event as Event), uuid: `0000000${index}-0000-8000-8000-000000000000`, player_id: 'p', event_timestamp: START + at })) as [Event, Event, ...Event[]];
  const state = new SubjectState();
  const rules = compileRuleSet(BUILT_IN_RULES, []).timelines.player;
  for (const event of rest) foldEvent(state, event, rules);
  expect(foldEvent(state, late, rules)).toEqual({ kind: 'too_late', newest: START + HOUR * 24 + 1 });
  expect(foldEvent(state, edge, rules).kind).toBe('counted');
});

test('thousands of events of one player and one moment, in no order, are decided in seconds, and as in order', () => {
  const hex = (value: number) => value.toString(16).padStart(8, '0');
  const same = { company_id: 'acme', received_at: START, currency: 'XOF', player_id: 'player-456', player_kyc_level: 2, player_country: 'SEN', operator: 'WAVE_SN', ip_address: '198.51.100.1', session_id: 's1', device_id: 'device-1', player_phone: '+221770000000', device_type: null, balance_before: null, balance_after: null, game_odds: null, game_type: null, game_id: null, game_sport: null, game_competition: null };
  const events = Array.from({ length: 3_000 }, (_, n): Event => ({ ...same, uuid: `${hex((n * 2654435761) >>> 0)}-0000-8000-8000-${hex(n)}0000`, event_type: TYPES[n % 3] as EventType, event_timestamp: START + (n % 2) * 1000, amount: 90_000 + (n % 7) }));
  const rules = compileRuleSet(BUILT_IN_RULES, []).timelines.player;
  const openAfter = (order: readonly Event[]) => {
    const state = new SubjectState();
    const open = new Map<string, string>();
    for (const event of order) {
      const result = foldEvent(state, event, rules);
      if (result.kind !== 'counted') throw new Error(result.kind);
      for (const { rule: { id }, windowStart, status, content } of result.changes) {
        if (status === 'open') open.set(`${id} ${windowStart}`, content.eventUuid);
        else open.delete(`${id} ${windowStart}`);
      }
    }
    return [...open].sort();
  };
  const sorted = [...events].sort((a, b) => a.event_timestamp - b.event_timestamp || (a.uuid < b.uuid ? -1 : 1));
  expect(openAfter(events)).toEqual(openAfter(sorted));
  expect(openAfter(sorted).length).toBeGreaterThan(1);
}, 15_000);
