import { type Alert, deliveryIdOf, TOPICS, WebhookEndpointRecord } from '@stakewatch/contracts';
import { createAvroCodec, createDeadLetters, createMemorySchemaIds, MemoryLog } from '@stakewatch/runtime';
import { dyingAtEveryStep } from '../../../tests/crash/at-every-step';
import { Death, Life, mortalProducer, MortalReader } from '../../../tests/crash/mortal';
import { AttemptLog } from './dispatch/attempt-log';
import { Deliverer } from './dispatch/deliverer';
import { Dispatcher } from './dispatch/dispatcher';
import { createEndpointControl } from './dispatch/endpoint-control';
import { EndpointDirectory } from './dispatch/endpoint-directory';
import { alertsSource } from './inputs/alerts-source';
import { queueHandler } from './inputs/queue-handler';
import { MemoryDeliveryQueues } from './queue/memory-delivery-queues';
import type { DeliveryQueues } from './queue/port';
import { alertNo, anEndpoint, endpointIdOf } from './testing/samples';

const GROUP = 'alert-dispatcher';
const TOPIC = TOPICS.alerts.name;
const HOUR = 3_600_000;
const ENDPOINTS = [
  anEndpoint({ url: 'https://a.example.com/' }),
  // It refuses everything twice.
  anEndpoint({ id: endpointIdOf('b'), url: 'https://b.example.com/' }),
  anEndpoint({ id: endpointIdOf('c'), url: 'https://c.example.com/', events: ['alert.created'] }),
];
const STORY: readonly Alert[] = [alertNo(1), alertNo(2), alertNo(1), alertNo(1, { revision: 2 }), alertNo(3, { mode: 'dry_run' }), alertNo(2, { revision: 2, status: 'withdrawn' }), alertNo(1, { revision: 2 })];
/** Each revision to each endpoint that takes it. */
const DUE = ENDPOINTS.flatMap(({ id, events }) => [1, 2].flatMap((alert) => [1, 2].flatMap((revision) => (events.length === 1 && revision > 1 ? [] : [deliveryIdOf(alertNo(alert).alert_id, revision, id)])))).sort();

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function mortalQueues(queues: MemoryDeliveryQueues, life: Life): DeliveryQueues {
  return {
    open: (name) => life.step(() => queues.open(name)),
    accept: (name, acceptance) => life.step(() => queues.accept(name, acceptance)),
    lease: (name, request) => life.step(() => queues.lease(name, request)),
    finish: (name, finish) => life.step(() => queues.finish(name, finish)),
    position: (name) => life.step(() => queues.position(name)),
    forget: (name) => life.step(() => queues.forget(name)),
  };
}

function isBusy(dispatcher: Dispatcher): boolean {
  const { inFlight, lanes } = dispatcher.usage();
  return inFlight > 0 || [...lanes].some(({ pending, settling }) => pending + settling > 0);
}

async function setUp() {
  const log = new MemoryLog(1);
  const codec = createAvroCodec(createMemorySchemaIds());
  for (const schema of ['alert', 'webhook-attempt'] as const) await codec.register(schema);
  const queues = new MemoryDeliveryQueues();
  /** What endpoints took, and how often they have refused each message. */
  const taken: string[] = [];
  const refused = new Map<string, number>();
  for (const endpoint of ENDPOINTS) log.append({ topic: TOPICS.webhookEndpoints.name, key: endpoint.id, value: Buffer.from(JSON.stringify(endpoint)) });
  for (const alert of STORY) log.append({ topic: TOPIC, key: alert.alert_id, value: Buffer.from(codec.encode('alert', alert)) });

  function answer(url: string, id: string): number {
    const times = refused.get(id) ?? 0;
    if (url === ENDPOINTS[1]?.url && times < 2) {
      refused.set(id, times + 1);
      return 500;
    }
    taken.push(id);
    return 204;
  }

  async function live(life: Life): Promise<void> {
    const producer = mortalProducer(await log.producer(), life);
    const directory = new EndpointDirectory(await log.table('webhookEndpoints', WebhookEndpointRecord));
    const nowMs = () => Date.now();
    const attempts = new AttemptLog(producer, codec);
    const shared = { queues: mortalQueues(queues, life), directory, attempts, nowMs };
    const streak = { failingSinceMs: nowMs(), failures: 1, told: false };
    const deliverer = new Deliverer({
      ...shared,
      sender: { post: (url, headers) => life.step(async () => ({ status: answer(url, headers['webhook-id'] as string), retryAfter: null, excerpt: null, error: null })), sockets: () => 0, close: () => undefined },
      health: { failed: () => life.step(async () => streak), succeeded: () => life.step(async () => undefined), told: () => life.step(async () => undefined) },
      control: createEndpointControl(producer, nowMs),
      schedule: [0, 5_000, 60_000, 60_000, 60_000],
      timeoutMs: 1_000,
      warnAfterMs: 100 * HOUR,
      disableAfterMs: 100 * HOUR,
      rememberMs: 100 * HOUR,
      observer: { onAttempt: () => undefined, onLeaseLost: () => undefined, onFailing: () => undefined, onDisabled: () => undefined },
    });
    let onFatal: (error: unknown) => void = () => undefined;
    const fatal = new Promise<never>((_resolve, reject) => (onFatal = reject));
    const dispatcher = new Dispatcher({ ...shared, deliverer, limits: { total: 3, perEndpoint: 2, troubled: 1 }, leaseMs: 6_000, graceMs: 1_000, onFatal });
    const handler = queueHandler({
      ...shared, dispatcher, source: alertsSource(codec, directory), history: { lossFound: () => undefined, pastOf: async () => new Map() }, deadLetters: createDeadLetters(producer, GROUP, () => undefined), admin: await log.admin(), sendsToDisabled: false,
      rebuildWindowMs: HOUR, lookUpAfterMs: 10 * HOUR, rememberMs: 100 * HOUR, pendingLimit: 100, stuckLimit: 100, onAccepted: () => undefined, onLost: () => undefined,
    });
    const reader = new MortalReader(log, GROUP, TOPIC, handler, life);
    const work = async (): Promise<void> => {
      await reader.open(0);
      await reader.readAll(3);
      for (let waited = 0; waited < 20 && !life.isOver && isBusy(dispatcher); waited += 1) await jest.advanceTimersByTimeAsync(30_000);
      if (life.isOver) throw new Death();
    };
    await Promise.race([work(), fatal]).finally(() => dispatcher.close());
  }

  /** Whoever asks takes the partition over. */
  const waiting = async (): Promise<number> => (await queues.open({ topic: TOPIC, partition: 0 })).heads.reduce((sum, { count }) => sum + count, 0);
  const delivered = () => log.records(TOPICS.webhookAttempts.name).map(({ value }) => codec.decode('webhook-attempt', value as Buffer)).filter(({ outcome }) => outcome === 'delivered');
  return { live, taken, delivered, waiting };
}

test('die at any step: every revision reaches every endpoint that takes it, in the delivery log once, and twice only what was being sent', async () => {
  const undisturbed = await setUp();
  await undisturbed.live(new Life());
  expect([...undisturbed.taken].sort()).toEqual(DUE);
  const steps = await dyingAtEveryStep(async () => {
    const { live, taken, delivered, waiting } = await setUp();
    return {
      live,
      async check(diedAt) {
        expect([diedAt, [...new Set(taken)].sort()]).toEqual([diedAt, DUE]);
        // At most what had a socket, or its record and mark still to come.
        expect([diedAt, taken.length - DUE.length <= 3 * 5]).toEqual([diedAt, true]);
        expect([diedAt, [...new Set(delivered().map(({ delivery_id, attempt_id }) => `${delivery_id} ${attempt_id}`))].map((each) => each.slice(0, 36)).sort()]).toEqual([diedAt, DUE]);
        expect([diedAt, await waiting()]).toEqual([diedAt, 0]);
      },
    };
  });
  expect(steps).toBeGreaterThan(100);
}, 120_000);
