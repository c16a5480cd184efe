import { CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import { createAvroCodec, createMemorySchemaIds, MemoryLog, MemoryStateStore, REQUEST_HEADERS } from '@stakewatch/runtime';
import { bettingEvent } from '@stakewatch/testing';
import { dyingAtEveryStep, mortalHandler, readerOf } from '../../../tests/crash/at-every-step';
import { Life } from '../../../tests/crash/mortal';
import { activityStage } from './activity-stage';
import { scorerStage } from './scorer-stage';
import { change, DEFAULT_POLICY, T0 } from './testing/values';

const HOUR = 3_600_000_000;
const SCORER = CONSUMER_GROUPS.bonusScorer.name;
const ACTIVITY = CONSUMER_GROUPS.bonusActivity.name;
const FIRST = change('p1', 'activated', T0, { maxBetAmount: 5, wagerRequirement: 4000 }, { device: 'd1' });
const SECOND = change('p2', 'activated', T0, {}, { device: 'd1' });
const [EVENTS, CHANGES] = [TOPICS.bettingEvents.name, TOPICS.bonusChanges.name];

async function setUp() {
  const log = new MemoryLog(1);
  const store = new MemoryStateStore();
  const codec = createAvroCodec(createMemorySchemaIds());
  for (const schema of ['bonus-change', 'betting-event', 'decision', 'alert', 'processing-progress'] as const) await codec.register(schema);
  let asked = 0;
  const command = (kind: 'change' | 'query', uuid: string, body: unknown, receivedAt = T0, txnDate: number | null = null) => {
    const value = codec.encode('bonus-change', { uuid, company_id: 'acme', kind, received_at: receivedAt, player_id: null, txn_date: txnDate, body: JSON.stringify(body), signals: [] });
    log.append({ topic: CHANGES, key: 'acme', timestamp: T0 / 1_000, value: Buffer.from(value), headers: { [REQUEST_HEADERS.instance]: 'i', [REQUEST_HEADERS.correlation]: `c${(asked += 1)}`, [REQUEST_HEADERS.partition]: '0' } });
  };
  const send = ({ uuid, at, request, receivedAt }: ReturnType<typeof change>) => command('change', uuid, request, receivedAt, at);
  send(FIRST);
  send(SECOND);
  const event = (id: number) => bettingEvent({ external_event_id: `e${id % 8}`, player_id: id % 2 === 0 ? 'p1' : 'p2', event_type: 'BET_PLACED', amount: 3 + (id % 8), event_timestamp: T0 + HOUR + (id % 8), device_id: 'd1' });
  for (let id = 0; id < 11; id += 1) log.append({ topic: EVENTS, key: 'acme|p', value: Buffer.from(codec.encode('betting-event', event(id))) });

  const live = async (life: Life) => {
    const { handler: activity, producer } = await mortalHandler(log, store, life, { group: ACTIVITY, codec, stage: () => activityStage(codec) });
    const { handler: scoring } = await mortalHandler(log, store, life, { group: SCORER, codec, producer, stage: () => scorerStage({ codec, policyFor: () => DEFAULT_POLICY, groupOf: () => [], evidenceDays: 60 }) });
    await readerOf(log, ACTIVITY, EVENTS, activity, life).readAll(4);
    await readerOf(log, SCORER, CHANGES, scoring, life).readAll(2);
  };
  /** What is known in the end: asked by one more life. */
  const known = async () => {
    send(FIRST);
    command('query', '00000000-0000-4000-8000-00000000aaaa', { ask: 'bonuses', player: 'p1', limit: 10, after: null });
    command('query', '00000000-0000-4000-8000-00000000aaaa', { ask: 'links', player: 'p1', limit: 10, after: null });
    const from = log.records(TOPICS.gatewayReplies.name).length;
    await live(new Life());
    const replies = log.records(TOPICS.gatewayReplies.name);
    const alerts = log.records(TOPICS.alerts.name).map(({ value }) => codec.decode('alert', value as Buffer)).map(({ alert_id, revision, event_uuid, status }) => `${alert_id} ${revision} ${event_uuid} ${status}`);
    const decisions = log.records(TOPICS.decisions.name).map(({ value }) => JSON.stringify(codec.decode('decision', value as Buffer)));
    return { asked: replies.slice(from).map(({ value }) => value?.toString()), answers: new Set(replies.slice(0, from).map(({ headers, value }) => `${headers[REQUEST_HEADERS.correlation]} ${value?.toString()}`)), alerts: new Set(alerts), decisions: new Set(decisions) };
  };
  return { live, known };
}

test('die at any step: bonus changes are decided, answered and told of as without a death, and every bet counts once', async () => {
  const undisturbed = await setUp();
  await undisturbed.live(new Life());
  const expected = await undisturbed.known();
  expect([expected.asked.length, expected.answers.size, expected.decisions.size]).toEqual([3, 2, 2]);
  expect(expected.alerts.size).toBeGreaterThan(0);
  const steps = await dyingAtEveryStep(async () => {
    const { live, known } = await setUp();
    return { live, check: async (diedAt) => expect([diedAt, await known()]).toEqual([diedAt, expected]) };
  });
  expect(steps).toBeGreaterThan(40);
}, 120_000);
