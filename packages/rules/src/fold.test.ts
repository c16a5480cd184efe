import { exampleEvents } from './examples';
import type { RuleEvent } from './event-fields';
import { foldEvent } from './fold';
import type { ExampleEvent, RuleDefinition } from './rule';
import { compileRuleSet } from './rule-set';
import { SubjectState } from './subject-state';
import { MAX_EVENTS } from './timeline';
import { changeOf, restored } from './test-support/stored-state';

const burst: RuleDefinition = {
  id: 'burst',
  title: 'Burst',
  description: 'Three deposits in ten minutes, and no loss among them.',
  per: 'player',
  on: ['DEPOSIT'],
  facts: { deposits: { fact: 'count', of: 'DEPOSIT', within: '10m' }, losses: { fact: 'count', of: 'BET_LOST', within: '10m' } },
  when: 'deposits >= 3.0 && losses == 0.0',
  outcome: { severity: 'low', score: 1 },
};
const { player: rules } = compileRuleSet([burst], []).timelines;

/** Folds the events of an example in the order of `order` (default: of time); says what each made. */
function run(given: readonly ExampleEvent[], order?: readonly number[], state = new SubjectState()) {
  const events = exampleEvents(given);
  const steps = (order ?? events.map((_event, index) => index)).map((index) => {
    const result = foldEvent(state, events[index] as RuleEvent, rules);
    return result.kind === 'counted' ? result.changes.map(({ status, revision, content }) => `${status} ${revision} by ${events.findIndex(({ uuid }) => uuid === content.eventUuid)} of ${content.eventCount}`) : [result.kind];
  });
  return { steps, state, events };
}

test('an alert is raised once in its cool-down window, and names its facts, their windows and their events', () => {
  const { steps, events } = run([{ type: 'DEPOSIT', repeat: 5 }]);
  expect(steps).toEqual([[], [], ['open 1 by 2 of 3'], [], []]);
  const state = new SubjectState();
  const [change] = events.flatMap((event) => {
    const result = foldEvent(state, event, rules);
    return result.kind === 'counted' ? result.changes : [];
  });
  const at = events[2]?.event_timestamp as number;
  expect(change?.content.facts).toEqual([
    { name: 'deposits', value: 3, window_start: at - 600_000_000, window_end: at, truncated: false },
    { name: 'losses', value: 0, window_start: at - 600_000_000, window_end: at, truncated: false },
  ]);
  expect(change?.content.eventUuids).toEqual(events.slice(0, 3).map(({ uuid }) => uuid));
});

test('a late event that adds to an alert makes its next revision', () => {
  expect(run([{ type: 'DEPOSIT', repeat: 4 }], [0, 2, 3, 1]).steps.at(-1)).toEqual(['open 2 by 2 of 3']);
});

test('a late event that takes the reason away withdraws the alert, and one that brings it back opens it again', () => {
  const given: ExampleEvent[] = [{ type: 'BET_LOST' }, { type: 'DEPOSIT', repeat: 3 }, { type: 'DEPOSIT', after: '11m', repeat: 3 }];
  const withdrawn = run([{ type: 'BET_LOST' }, { type: 'DEPOSIT', repeat: 3 }], [1, 2, 3, 0]);
  expect(withdrawn.steps).toEqual([[], [], ['open 1 by 3 of 3'], ['withdrawn 2 by 3 of 4']]);
  expect(run(given, [1, 2, 3, 0, 4, 5, 6]).steps.slice(3)).toEqual([['withdrawn 2 by 3 of 4'], [], [], []]);
  const again = run([{ type: 'BET_LOST' }, { type: 'DEPOSIT', repeat: 3 }, { type: 'DEPOSIT', after: '10m' }, { type: 'DEPOSIT', repeat: 2 }], [1, 2, 3, 0, 4, 5, 6]);
  expect(again.steps.at(-1)).toEqual(['open 3 by 6 of 3']);
});

test('a late event behind the one that an alert stands for changes nothing', () => {
  expect(run([{ type: 'DEPOSIT', repeat: 5 }], [0, 1, 2, 4, 3]).steps).toEqual([[], [], ['open 1 by 2 of 3'], [], []]);
});

test('an event of exactly a day behind the newest counts, one of more does not', () => {
  const day = 86_400_000_000;
  const [template] = exampleEvents([{ type: 'DEPOSIT' }]) as [RuleEvent];
  const at = (behind: number) => {
    const state = new SubjectState();
    foldEvent(state, template, rules);
    return foldEvent(state, { ...template, uuid: '00000000-0000-8000-8000-000000000000', event_timestamp: template.event_timestamp - behind }, rules);
  };
  expect(at(day).kind).toBe('counted');
  expect(at(day + 1)).toEqual({ kind: 'too_late', newest: template.event_timestamp });
});

test("a late event of one session leaves another session's alert alone", () => {
  const perSession = compileRuleSet([{ ...burst, per: 'session' }], []).timelines.player;
  const events = exampleEvents([{ type: 'DEPOSIT', session_id: 'a', repeat: 2 }, { type: 'DEPOSIT', session_id: 'b', repeat: 3 }]);
  const state = new SubjectState();
  const changes = [0, 2, 3, 4, 1].map((index) => {
    const result = foldEvent(state, events[index] as RuleEvent, perSession);
    return result.kind === 'counted' ? result.changes.map(({ session, revision }) => [session, revision]) : [];
  });
  expect(changes).toEqual([[], [], [], [['b', 1]], []]);
});

test('the same event again is nothing, however often', () => {
  expect(run([{ type: 'DEPOSIT', repeat: 3 }], [0, 0, 1, 1, 2, 2, 0]).steps).toEqual([[], ['duplicate'], [], ['duplicate'], ['open 1 by 2 of 3'], ['duplicate'], ['duplicate']]);
});

test('after a restart the same events are known, and revisions go on where they were', () => {
  const { state } = run([{ type: 'DEPOSIT', repeat: 4 }], [0, 2, 3]);
  const again = restored(changeOf(state)?.bytes ?? null);
  expect(run([{ type: 'DEPOSIT', repeat: 4 }], [0, 2, 3, 1], again).steps).toEqual([['duplicate'], ['duplicate'], ['duplicate'], ['open 2 by 2 of 3']]);
  expect(changeOf(again)?.op).toBe('append');
  expect(changeOf(again)).toBeNull();
});

test('a rule on sessions says nothing of events without one', () => {
  const perSession = compileRuleSet([{ ...burst, per: 'session' }], []).timelines.player;
  const changes = (fields: Partial<ExampleEvent>) => {
    const state = new SubjectState();
    return exampleEvents([{ type: 'DEPOSIT', repeat: 4, ...fields }]).flatMap((event) => {
      const result = foldEvent(state, event, perSession);
      return result.kind === 'counted' ? result.changes.map(({ session }) => session) : [];
    });
  };
  expect(changes({ session_id: 's' })).toEqual(['s']);
  expect(changes({ session_id: null })).toEqual([]);
});

test('what is stored of a subject stays within bounds, however often late events change an alert', () => {
  const state = new SubjectState();
  const [event] = exampleEvents([{ type: 'DEPOSIT' }]) as [RuleEvent];
  foldEvent(state, event, rules);
  let stored = 0;
  let most = 0;
  for (let revision = 1; revision <= 500; revision += 1) {
    state.publish({ ruleId: 'burst', mode: 'live', session: '', currency: 'XOF', windowStart: event.event_timestamp, revision, open: revision % 2 === 0, eventTimestamp: event.event_timestamp, eventUuid: event.uuid, fingerprint: revision });
    const { op, bytes } = changeOf(state) as { op: string; bytes: Buffer };
    stored = op === 'set' ? bytes.length : stored + bytes.length;
    most = Math.max(most, stored);
  }
  expect(most).toBeLessThan(6_000);
  expect(stored).toBeLessThan(6_000);
});

test('beyond the cap the oldest events go, and facts over them are marked', () => {
  const wide = compileRuleSet([{ ...burst, facts: { deposits: { fact: 'count', within: '1d' } }, when: 'deposits > 9000.0', cooldown: '1s' }], []).timelines.player;
  const state = new SubjectState();
  const start = Date.UTC(2026, 1, 3) * 1000;
  const template = exampleEvents([{ type: 'DEPOSIT' }])[0] as RuleEvent;
  let dropped = 0;
  let last: readonly { content: { facts: readonly { truncated: boolean; value: number }[] } }[] = [];
  for (let index = 0; index <= MAX_EVENTS; index += 1) {
    const result = foldEvent(state, { ...template, uuid: `${index.toString(16).padStart(8, '0')}-0000-8000-8000-000000000000`, event_timestamp: start + index * 1_000_000 }, wide);
    if (result.kind !== 'counted') throw new Error(result.kind);
    dropped += result.dropped;
    if (result.changes.length > 0) last = result.changes;
  }
  expect(dropped).toBe(500);
  expect(state.timeline.length).toBe(MAX_EVENTS - 499);
  expect(last[0]?.content.facts[0]).toMatchObject({ truncated: true, value: MAX_EVENTS - 499 });
  expect(changeOf(state)?.op).toBe('set');
});

test('of a subject that is always at the cap, alerts that nothing can change any more are forgotten, too', () => {
  const often = compileRuleSet([{ ...burst, when: 'deposits > 0.0', cooldown: '1h' }], []).timelines.player;
  const state = new SubjectState();
  const template = exampleEvents([{ type: 'DEPOSIT' }])[0] as RuleEvent;
  // The cap holds 47 hours of them: less than the two days back to which one may still be changed.
  for (let at = 0, index = 0; at < 72 * 3_600; at += 17, index += 1) {
    foldEvent(state, { ...template, uuid: `${index.toString(16).padStart(8, '0')}-0000-8000-8000-000000000000`, event_timestamp: template.event_timestamp + at * 1_000_000 }, often);
  }
  expect(state.timeline.length).toBeGreaterThan(MAX_EVENTS - 501);
  expect(state.alerts.size).toBeGreaterThanOrEqual(48);
  expect(state.alerts.size).toBeLessThan(54);
  expect(restored(changeOf(state)?.bytes ?? null).alerts.size).toBe(state.alerts.size);
});

test('what is older than every window is let go from memory and store, and the first sight stays known', () => {
  const state = new SubjectState();
  const template = exampleEvents([{ type: 'DEPOSIT' }])[0] as RuleEvent;
  for (let day = 0; day < 40; day += 1) foldEvent(state, { ...template, uuid: `${day.toString(16).padStart(8, '0')}-0000-8000-8000-000000000000`, event_timestamp: template.event_timestamp + day * 86_400_000_000 }, rules);
  expect(state.timeline.length).toBeLessThan(20);
  const write = changeOf(state);
  const again = restored(write?.bytes ?? null);
  expect(again.timeline.length).toBe(state.timeline.length);
  expect(again.timeline.firstSeen).toBe(template.event_timestamp);
});

test('bytes that are no log are refused', () => {
  expect(() => restored(Buffer.from([9, 9, 9]))).toThrow(/record kind 9/);
  const { bytes } = changeOf(run([{ type: 'DEPOSIT' }]).state) as { bytes: Buffer };
  expect(() => restored(bytes.subarray(0, -3))).toThrow(/range|too early/);
});
