import { type Alert, type BettingEvent, TOPICS } from '@stakewatch/contracts';
import { StatePages } from '@stakewatch/rules';
import { createAvroCodec, createMemorySchemaIds, MemoryLog, MemoryStateStore } from '@stakewatch/runtime';
import { BUILT_IN_RULES, eventStage, RuleBook, signalStage } from '@stakewatch/velocity-detector';
import { bettingEvent } from '../../packages/testing/src/events';
import { dyingAtEveryStep, mortalHandler, readerOf } from './at-every-step';
import { Life } from './mortal';
import { silentDetector } from './silent';

const GROUP = 'velocity-detector';
const START = Date.UTC(2026, 1, 3, 12) * 1_000;
const [EVENTS, SIGNALS] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
const book = new RuleBook(BUILT_IN_RULES, { values: () => [].values(), onChange: () => () => undefined }, () => undefined);

/** Bursts of deposits on one device, some of them late, so that alerts are changed; one comes too late, some come twice. */
const STORY: readonly BettingEvent[] = [0, 1, 2, 3, 4, 5, 6, 30, 31, 3, 2.5, 7, 0.5, 32, 33, 8, 9, 2, 40, -1_500, 34, 1.5].map((second) =>
  bettingEvent({ external_event_id: `e${second}`, player_id: second < 30 ? 'p1' : `p${second}`, device_id: 'd1', ip_address: '203.0.113.7', event_timestamp: START + second * (second < 0 ? 60_000_000 : 1_000_000) }),
);

async function setUp(unsavedRecords: number) {
  const unsaved = unsavedRecords === 0 ? {} : { unsaved: { records: unsavedRecords, states: Infinity, ms: Infinity } };
  const log = new MemoryLog(1);
  const store = new MemoryStateStore();
  const codec = createAvroCodec(createMemorySchemaIds());
  for (const schema of ['betting-event', 'velocity-signals', 'alert', 'decision', 'processing-progress'] as const) await codec.register(schema);
  for (const event of STORY) log.append({ topic: EVENTS, key: 'k', value: Buffer.from(codec.encode('betting-event', event)) });
  const live = async (life: Life) => {
    const deciding = { codec, rulesFor: (company: string) => book.rulesFor(company), observer: silentDetector, pages: new StatePages() };
    const { handler: events, producer } = await mortalHandler(log, store, life, { group: GROUP, codec, ...unsaved, stage: () => eventStage({ ...deciding, signalPartitions: 1 }) });
    const { handler: signals } = await mortalHandler(log, store, life, { group: GROUP, codec, producer, ...unsaved, stage: () => signalStage(deciding) });
    await readerOf(log, GROUP, EVENTS, events, life).readAll(4);
    await readerOf(log, GROUP, SIGNALS, signals, life).readAll(2);
  };
  const alerts = () => log.records(TOPICS.alerts.name).map(({ value }) => codec.decode('alert', value as Buffer));
  return {
    live,
    alerts: () => new Set(alerts().map((alert: Alert) => JSON.stringify(alert))),
    revisions: () => new Set(alerts().map(({ alert_id, revision }) => `${alert_id} ${revision}`)).size,
    decisions: () => new Set(log.records(TOPICS.decisions.name).map(({ value }) => JSON.stringify(codec.decode('decision', value as Buffer)))),
  };
}

test.each([0, 6, 1_000])('die at any step, with up to %d records unsaved: every revision of every alert says the same as without a death, and nothing else is said', async (unsavedRecords) => {
  const undisturbed = await setUp(unsavedRecords);
  await undisturbed.live(new Life());
  const [alerts, decisions] = [undisturbed.alerts(), undisturbed.decisions()];
  expect([...alerts].some((alert) => (JSON.parse(alert) as Alert).revision > 1)).toBe(true);
  expect([...alerts].some((alert) => (JSON.parse(alert) as Alert).subject_type === 'device')).toBe(true);
  expect(decisions.size).toBeGreaterThan(0);
  expect(alerts.size).toBe(undisturbed.revisions());
  const steps = await dyingAtEveryStep(async () => {
    const world = await setUp(unsavedRecords);
    return { live: world.live, check: (diedAt) => expect([diedAt, world.alerts(), world.decisions()]).toEqual([diedAt, alerts, decisions]) };
  });
  expect(steps).toBeGreaterThan(50);
}, 120_000);
