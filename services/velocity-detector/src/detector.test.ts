import { type BettingEvent, type RuleRecord, TOPICS } from '@stakewatch/contracts';
import { StatePages } from '@stakewatch/rules';
import { createAvroCodec, createDeadLetters, createMemorySchemaIds, MemoryLog, MemoryStateStore, StateBudget, statefulHandler, type StatefulObserver } from '@stakewatch/runtime';
import { bettingEvent } from '../../../packages/testing/src/events';
import { SERVICE } from './config';
import { RuleBook, type RuleRecords } from './rule-book';
import { BUILT_IN_RULES } from './rules';
import type { DetectorObserver } from './stages/decider';
import { eventStage } from './stages/event-stage';
import { signalStage } from './stages/signal-stage';

const PARTITIONS = 3;
const MINUTE = 60_000_000;
const START = Date.UTC(2026, 1, 3, 12) * 1000;
const silent: StatefulObserver = { onStateLost: () => undefined, onFoldFailed: () => undefined, onPhase: () => undefined, onResident: () => undefined };

type Listener = Parameters<RuleRecords['onChange']>[0];

/** A control table that a test changes. */
class Rules {
  private readonly records = new Map<string, RuleRecord>();
  private listener: Listener = () => undefined;
  values = () => this.records.values();
  onChange = (listener: Listener) => ((this.listener = listener), () => undefined);
  put(record: Partial<RuleRecord> & { ruleId: string }): void {
    const whole = { companyId: 'acme', version: 1, mode: 'live' as const, settings: {}, updatedAt: '', updatedBy: '', ...record };
    this.records.set(`${whole.companyId}|${whole.ruleId}`, whole);
    this.listener(`${whole.companyId}|${whole.ruleId}`, whole);
  }
}

/** The detector as main.ts wires it, on the memory twins. */
async function setUp(store = new MemoryStateStore()) {
  const log = new MemoryLog(PARTITIONS);
  const codec = createAvroCodec(createMemorySchemaIds());
  for (const schema of ['betting-event', 'velocity-signals', 'alert', 'decision', 'processing-progress'] as const) await codec.register(schema);
  const rules = new Rules();
  const observed: string[] = [];
  const observer: DetectorObserver = { onFolded: (timeline, outcome, events) => observed.push(...Array.from({ length: events }, () => `${timeline} ${outcome}`)), onAlert: () => undefined, onDropped: () => undefined, onRuleFailed: (_company, ruleId) => observed.push(`${ruleId} failed`) };
  const book = new RuleBook(BUILT_IN_RULES, rules, (_company, faults) => observed.push(...faults.map(({ message }) => message)));
  const producer = await log.producer();
  const deciding = { codec, rulesFor: (company: string) => book.rulesFor(company), observer, pages: new StatePages() };
  const driving = { group: SERVICE, store, producer, deadLetters: createDeadLetters(producer, SERVICE, () => undefined), codec, budget: new StateBudget(1 << 26), admin: await log.admin(), rebuildWindowMs: 1, observer: silent, nowMicros: () => START + MINUTE };
  const start = () =>
    log.consume({
      group: SERVICE,
      inputs: [
        { topic: TOPICS.bettingEvents.name, handler: statefulHandler({ ...driving, stage: () => eventStage({ ...deciding, signalPartitions: PARTITIONS }) }) },
        { topic: TOPICS.velocitySignals.name, handler: statefulHandler({ ...driving, stage: () => signalStage(deciding) }) },
      ],
    });
  const send = (...events: BettingEvent[]) => producer.send(events.map((event) => ({ topic: TOPICS.bettingEvents.name, key: `${event.company_id}|${event.player_id}`, value: codec.encode('betting-event', event) })));
  const read = <N extends 'alert' | 'decision' | 'processing-progress' | 'velocity-signals'>(name: N, topic: string) => log.records(topic).map(({ value }) => codec.decode(name, value as Buffer));
  return { log, codec, rules, observed, producer, start, send, alerts: () => read('alert', TOPICS.alerts.name), decisions: () => read('decision', TOPICS.decisions.name), progress: () => read('processing-progress', TOPICS.processingProgress.name), signals: () => read('velocity-signals', TOPICS.velocitySignals.name) };
}

let serial = 0;
const event = (overrides: Partial<BettingEvent>) => bettingEvent({ external_event_id: `e-${(serial += 1)}`, event_timestamp: START, ...overrides });
const deposits = (count: number, overrides: Partial<BettingEvent> = {}) => Array.from({ length: count }, (_none, n) => event({ event_timestamp: START + n * 1_000_000, ...overrides }));

test('a burst of deposits becomes one alert that names rule, version, facts, settings and events', async () => {
  const { log, start, send, alerts } = await setUp();
  const events = deposits(7);
  await send(...events);
  await start();
  await log.settle();
  expect(alerts()).toEqual([
    expect.objectContaining({
      rule_id: 'deposit-burst',
      rule_version: 1,
      revision: 1,
      status: 'open',
      mode: 'live',
      company_id: 'acme',
      subject_type: 'player',
      subject: 'player-1',
      event_uuid: events[5]?.uuid,
      event_uuids: events.slice(0, 6).map(({ uuid }) => uuid),
      event_count: 6,
      facts: [{ name: 'deposits', value: 6, window_start: START + 5_000_000 - 10 * MINUTE, window_end: START + 5_000_000, truncated: false }],
      settings: '{"limit":5}',
      event_received_at: events[5]?.received_at,
      decided_at: START + MINUTE,
    }),
  ]);
});

test('players on one device meet in its timeline, whatever partitions they come from; only signals that a rule needs are sent', async () => {
  const { log, start, send, alerts, signals, observed } = await setUp();
  await send(...['a', 'b', 'c', 'd'].map((player_id, n) => event({ player_id, device_id: 'dev-1', player_phone: `+1${n}`, event_timestamp: START + n * MINUTE })));
  await send(event({ player_id: 'e', device_id: 'dev-1', event_type: 'BET_PLACED' }));
  await start();
  await log.settle();
  expect(alerts()).toEqual([expect.objectContaining({ rule_id: 'device-sharing', subject_type: 'device', subject: 'dev-1', player_id: 'd', event_count: 4 })]);
  expect(signals().flatMap((record) => record.signals).map(({ subject_type, player_id }) => `${subject_type} ${player_id}`).sort()).toEqual(['a', 'b', 'c', 'd'].flatMap((player) => [`device ${player}`, `phone ${player}`]).sort());
  expect(observed.filter((line) => line === 'device counted')).toHaveLength(4);
});

test('progress says what was decided, and where signals were handed to', async () => {
  const { log, start, send, progress, signals } = await setUp();
  await send(event({ device_id: 'dev-1' }));
  await start();
  await log.settle();
  const rows = progress();
  const [events, handed] = [rows.find(({ topic }) => topic === TOPICS.bettingEvents.name), rows.find(({ topic }) => topic === TOPICS.velocitySignals.name)];
  expect(events).toMatchObject({ service: SERVICE, from_offset: 0, to_offset: 0, processed_at: (START + MINUTE) / 1000, source_time: null, handed_to: [handed?.partition], sources: [] });
  expect(handed?.sources).toEqual([{ partition: events?.partition, from_offset: 0, to_offset: 0 }]);
  expect(handed?.source_time).toBe(signals()[0]?.source_time);
  expect(handed?.source_time).toBe(events?.processed_at);
});

test('a flood whose signals take several records of one partition is handed to that partition once', async () => {
  const { log, start, send, progress, signals } = await setUp();
  await send(...Array.from({ length: 240 }, (_none, n) => event({ player_id: `p${n % 40}`, device_id: 'd'.repeat(10_000), event_timestamp: START + n })));
  await start();
  await log.settle();
  const handed = progress().filter(({ topic }) => topic === TOPICS.bettingEvents.name).map(({ handed_to }) => handed_to);
  expect(signals().length).toBeGreaterThan(handed.length);
  expect(handed.map((partitions) => new Set(partitions).size)).toEqual(handed.map(({ length }) => length));
}, 30_000);

test('an event more than a day behind its player is decided on: not counted, with its reason', async () => {
  const { log, start, send, decisions, alerts } = await setUp();
  const late = event({ event_timestamp: START - 1441 * MINUTE });
  await send(event({}), late);
  await start();
  await log.settle();
  expect(decisions()).toEqual([expect.objectContaining({ kind: 'event.too_late', subject_id: late.uuid, player_id: 'player-1', outcome: 'not_counted' })]);
  expect(JSON.parse(decisions()[0]?.facts ?? '')).toEqual({ timeline: 'player', event_timestamp: late.event_timestamp, newest_timestamp: START });
  expect(alerts()).toEqual([]);
});

test('a lost state is rebuilt in silence: what was counted is not called too late, and a rule that came since says nothing of the past', async () => {
  const store = new MemoryStateStore();
  const { log, rules, start, send, alerts, decisions, signals } = await setUp(store);
  rules.put({ ruleId: 'deposit-burst', mode: 'off', version: 1 });
  for (let day = 0; day < 45; day += 1) await send(...deposits(5, { device_id: 'd1', ip_address: '198.51.100.7' }).map((each) => ({ ...each, event_timestamp: each.event_timestamp + day * 1440 * MINUTE })));
  const first = await start();
  await log.settle();
  await first.close();
  const before = [decisions(), signals().length, alerts().length];
  for (const topic of [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name]) for (let partition = 0; partition < PARTITIONS; partition += 1) await store.clear({ group: SERVICE, topic, partition });
  rules.put({ ruleId: 'deposit-burst', mode: 'live', version: 2 });
  await send(...deposits(1, { event_timestamp: START + 44 * 1440 * MINUTE + 5_000_000 }));
  await start();
  await log.settle();
  expect([decisions(), signals().length]).toEqual([[], before[1]]);
  expect(alerts().slice(before[2] as number)).toEqual([expect.objectContaining({ rule_id: 'deposit-burst', event_uuids: expect.arrayContaining([expect.any(String)]) as unknown })]);
});

test('mode and settings take effect with the next event; a dry run is marked, off is silent', async () => {
  const { log, rules, start, send, alerts } = await setUp();
  await start();
  rules.put({ ruleId: 'deposit-burst', mode: 'dry_run', settings: { limit: 1 }, version: 7 });
  await send(...deposits(2));
  await log.settle();
  rules.put({ ruleId: 'deposit-burst', mode: 'off', version: 8 });
  await send(...deposits(9, { player_id: 'player-2' }));
  await log.settle();
  expect(alerts()).toEqual([expect.objectContaining({ mode: 'dry_run', rule_version: 8, settings: '{"limit":1}', subject: 'player-1' })]);
});

test("a company's own rule decides on its own events and on nobody else's", async () => {
  const { log, rules, start, send, alerts, signals } = await setUp();
  const definition = { id: 'phone-bets', title: 'Bets by phone', description: 'Two bets.', per: 'phone', on: ['BET_PLACED'], facts: { bets: { fact: 'count', of: 'BET_PLACED', within: '1h' } }, when: 'bets >= 2 && event.game_sport == "tennis"', outcome: { severity: 'low', score: 3 } };
  rules.put({ ruleId: 'phone-bets', definition });
  const bets = (company_id: string) => [1, 2].map((n) => event({ company_id, event_type: 'BET_PLACED', player_phone: '+22177', game_sport: 'tennis', event_timestamp: START + n }));
  await send(...bets('acme'), ...bets('acme-sandbox'), ...bets('globex'));
  await start();
  await log.settle();
  expect(alerts()).toEqual([expect.objectContaining({ company_id: 'acme', rule_id: 'phone-bets', subject: '+22177' })]);
  expect(new Set(signals().flatMap((record) => record.signals).map(({ company_id }) => company_id))).toEqual(new Set(['acme']));
});

test('the same name of a session with two players is two sessions', async () => {
  const { log, start, send, alerts } = await setUp();
  await send(...['p1', 'p2'].flatMap((player_id) => [1, 2, 3, 4].map((n) => event({ player_id, session_id: 's', ip_address: `203.0.113.${n}`, event_timestamp: START + n }))));
  await start();
  await log.settle();
  expect(alerts().map(({ rule_id, subject, player_id }) => [rule_id, subject, player_id]).sort()).toEqual([['session-many-ips', 's', 'p1'], ['session-many-ips', 's', 'p2']]);
  expect(new Set(alerts().map(({ alert_id }) => alert_id)).size).toBe(2);
});

test('when the process dies between publishing and saving, the same alerts with the same revisions are published again', async () => {
  const store = new MemoryStateStore();
  const save = store.save.bind(store);
  let saves = 0;
  store.save = async (owner, what) => {
    saves += 1;
    if (saves === 2) throw new Error('died');
    return save(owner, what);
  };
  const { log, start, send, alerts } = await setUp(store);
  await send(...deposits(6));
  const first = await start();
  await log.settle();
  await send(event({ event_timestamp: START + 500_000 }));
  await expect(log.settle()).rejects.toThrow('died');
  await first.close();
  const second = await start();
  await second.settle();
  // The late event makes the sixth deposit by time an earlier one: revision 2, published before and after the crash alike.
  expect(alerts().map(({ revision, event_uuid }) => [revision, event_uuid])).toEqual([[1, expect.anything()], [2, alerts()[1]?.event_uuid], [2, alerts()[1]?.event_uuid]]);
  expect(alerts()[2]).toEqual(alerts()[1]);
  expect(alerts()[1]?.event_uuid).not.toBe(alerts()[0]?.event_uuid);
});

test('what is no event is dead-lettered with its reason, and the rest goes on', async () => {
  const { log, start, send, producer, alerts } = await setUp();
  await producer.send([{ topic: TOPICS.bettingEvents.name, key: 'acme|player-1', value: Buffer.from('{"not":"avro"}') }]);
  await send({ ...event({}), uuid: 'NOT-A-UUID' }, ...deposits(6));
  await start();
  await log.settle();
  expect(log.records(`${TOPICS.bettingEvents.name}.dlq`)).toHaveLength(2);
  expect(alerts()).toHaveLength(1);
});
