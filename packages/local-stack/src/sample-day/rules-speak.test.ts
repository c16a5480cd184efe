import { compileRuleSet, foldEvent, type RuleEvent, subjectOf, SubjectState, type TimelineType } from '@stakewatch/rules';
import { BUILT_IN_RULES } from '@stakewatch/velocity-detector';
import { ABUSES } from './abuses';
import { makeSampleDay, type SampleEvent } from './sample-day';

/** The built-in library on the sample day, by the evaluator that runs live: every abuse speaks, everyone else is quiet. */
const { timelines, faults } = compileRuleSet(BUILT_IN_RULES, []);
const companyIds = ['acme', 'globex', 'acme-sandbox'];
const day = makeSampleDay({ companyIds, now: new Date('2026-11-21T15:04:05.678Z') });

function spoken(companyId: string, events: readonly SampleEvent[]): Set<string> {
  const states = new Map<string, SubjectState>();
  const alerts = new Set<string>();
  for (const event of events.map(toRuleEvent)) {
    for (const type of Object.keys(timelines) as TimelineType[]) {
      const subject = subjectOf(event, type);
      if (subject === null) continue;
      const key = `${type}|${subject}`;
      const state = states.get(key) ?? new SubjectState();
      states.set(key, state);
      const result = foldEvent(state, event, timelines[type]);
      if (result.kind === 'counted') for (const { rule, status } of result.changes) alerts.add(`${companyId} ${rule.id} ${subject} ${status}`);
    }
  }
  return alerts;
}

let serial = 0;
function toRuleEvent({ player, event, game, metadata }: SampleEvent): RuleEvent {
  const at = Date.parse(event.timestamp) * 1000;
  serial += 1;
  return {
    uuid: `00000000-0000-8000-8000-${serial.toString(16).padStart(12, '0')}`,
    event_type: event.type as RuleEvent['event_type'],
    event_timestamp: at,
    received_at: at,
    amount: event.amount,
    currency: event.currency,
    balance_before: event.balance_before ?? null,
    balance_after: event.balance_after ?? null,
    game_odds: game?.odds ?? null,
    player_id: player.id,
    player_kyc_level: player.kyc_level,
    player_country: player.country,
    operator: metadata.operator ?? null,
    ip_address: metadata.ip_address,
    session_id: metadata.session_id,
    device_id: metadata.device_id,
    player_phone: player.phone,
    device_type: metadata.device_type,
    game_type: game?.type ?? null,
    game_id: game?.id ?? null,
    game_sport: game?.sport ?? null,
    game_competition: game?.competition ?? null,
  };
}

test('there is an abuse for each built-in rule, and none for a rule that is not there', () => {
  expect(faults).toEqual([]);
  expect(Object.keys(ABUSES).sort()).toEqual(BUILT_IN_RULES.map(({ id }) => id).sort());
});

test('every planted abuse makes its rule speak, and nothing else does', () => {
  const heard = day.companies.flatMap(({ companyId, events }) => [...spoken(companyId, events)]);
  expect(heard.sort()).toEqual(day.planted.map(({ companyId, ruleId, subject }) => `${companyId} ${ruleId} ${subject} open`).sort());
});
