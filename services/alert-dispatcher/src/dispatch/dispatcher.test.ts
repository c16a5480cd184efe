import { TOPICS, WebhookEndpointRecord } from '@stakewatch/contracts';
import { createAvroCodec, createMemorySchemaIds, type LogProducer, MemoryLog } from '@stakewatch/runtime';
import { MemoryDeliveryQueues } from '../queue/memory-delivery-queues';
import type { DeliveryQueues } from '../queue/port';
import { aDelivery, anEndpoint } from '../testing/samples';
import { AttemptLog } from './attempt-log';
import { Deliverer } from './deliverer';
import { Dispatcher } from './dispatcher';
import { createEndpointControl } from './endpoint-control';
import { EndpointDirectory } from './endpoint-directory';

const NAME = { topic: TOPICS.alerts.name, partition: 0 };
const NOW = Date.parse('2026-11-21T12:00:00Z');

/** Something that happens when the test says so. */
function gate() {
  let reach: () => void = () => undefined;
  let open: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { reached, open, pass: () => (reach(), opened) };
}

/** A dispatcher with one delivery due, whose lease is answered, and its record acknowledged, when the test says so. */
async function leasing(nowMs: () => number = () => NOW) {
  const log = new MemoryLog(1);
  const { send, close } = await log.producer();
  const record = gate();
  const producer: LogProducer = {
    close,
    async send(records) {
      if (records.some(({ topic }) => topic === TOPICS.webhookAttempts.name)) await record.pass();
      await send(records);
    },
  };
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('webhook-attempt');
  const endpoint = anEndpoint();
  await producer.send([{ topic: TOPICS.webhookEndpoints.name, key: endpoint.id, value: Buffer.from(JSON.stringify(endpoint)) }]);
  const directory = new EndpointDirectory(await log.table('webhookEndpoints', WebhookEndpointRecord));
  const memory = new MemoryDeliveryQueues();
  const lease = gate();
  const told = { leases: 0, posts: 0, failures: 0 };
  const queues: DeliveryQueues = Object.assign(Object.create(memory) as MemoryDeliveryQueues, {
    async lease(...args: Parameters<DeliveryQueues['lease']>) {
      told.leases += 1;
      const leased = await memory.lease(...args);
      await lease.pass();
      return leased;
    },
  });
  const deliverer = new Deliverer({
    queues,
    directory,
    nowMs,
    sender: { post: async () => ((told.posts += 1), { status: 500, retryAfter: null, excerpt: null, error: null }), sockets: () => 0, close: () => undefined },
    health: { failed: async () => ({ failingSinceMs: NOW, failures: (told.failures += 1), told: false }), succeeded: async () => undefined, told: async () => undefined },
    attempts: new AttemptLog(producer, codec),
    control: createEndpointControl(producer, nowMs),
    schedule: [0, 60_000],
    timeoutMs: 1_000,
    warnAfterMs: 60_000,
    disableAfterMs: 60_000,
    rememberMs: 60_000,
    observer: { onAttempt: () => undefined, onLeaseLost: () => undefined, onFailing: () => undefined, onDisabled: () => undefined },
  });
  const fatal: unknown[] = [];
  const dispatcher = new Dispatcher({ queues, directory, deliverer, limits: { total: 4, perEndpoint: 2, troubled: 1 }, leaseMs: 10_000, graceMs: 10_000, nowMs, onFatal: (error) => void fatal.push(error) });
  const { epoch } = await memory.open(NAME);
  await memory.accept(NAME, { epoch, expectedOffset: null, nextOffset: 1, entries: [{ kind: 'due', delivery: aDelivery({ endpointId: endpoint.id }), recordedMs: NOW, dueMs: NOW }], nowMs: NOW, rememberUntilMs: NOW });
  return { dispatcher, memory, lease, record, told, fatal, endpoint };
}

test('a partition is let go only when what was being leased is sent, recorded and marked', async () => {
  const { dispatcher, memory, lease, record, told, fatal, endpoint } = await leasing();
  record.open();
  const queue = dispatcher.attach(NAME, await memory.open(NAME), false);
  await lease.reached;
  let detached = false;
  const detaching = dispatcher.detach(queue).then(() => (detached = true));
  await new Promise(setImmediate);
  expect(detached).toBe(false);
  lease.open();
  await detaching;
  expect(told).toEqual({ leases: 1, posts: 1, failures: 1 });
  // Marked: due again by the schedule, under nobody's lease, and unknown to who let it go.
  expect((await memory.open(NAME)).heads).toEqual([expect.objectContaining({ endpointId: endpoint.id, count: 1, dueMs: expect.any(Number) })]);
  expect((await memory.open(NAME)).heads[0]?.dueMs).toBeGreaterThanOrEqual(NOW + 60_000);
  expect([...dispatcher.usage().lanes].map(({ pending, inFlight, settling }) => ({ pending, inFlight, settling }))).toEqual([{ pending: 0, inFlight: 0, settling: 0 }]);
  expect(fatal).toEqual([]);
  dispatcher.close();
});

test.each([
  ['all it said it has', {}, []],
  ['more than was heard of', { nextOffset: 0 }, []],
  ['an offset from before', { nextOffset: 2 }, ['QueueLost']],
  ['an epoch from before', { epoch: Number.MAX_SAFE_INTEGER }, ['QueueLost']],
])('a store that was away and comes back with %s', async (_what, said, expected) => {
  const { dispatcher, memory, fatal } = await leasing();
  const queue = dispatcher.attach(NAME, { ...(await memory.open(NAME)), heads: [], ...said }, false);
  await dispatcher.verify();
  expect(fatal.map((error) => (error as Error).name)).toEqual(expected);
  expect(queue.open).toBe(expected.length === 0);
  dispatcher.close();
});

describe('a lease', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  test('that runs out while the attempt waits for its record gets the delivery sent no second time here; it is marked under the next', async () => {
    const { dispatcher, memory, lease, record, told } = await leasing(() => Date.now());
    lease.open();
    const queue = dispatcher.attach(NAME, await memory.open(NAME), false);
    await record.reached;
    await jest.advanceTimersByTimeAsync(10_001);
    expect(told).toEqual({ leases: 2, posts: 1, failures: 0 });
    record.open();
    await dispatcher.detach(queue);
    expect(told).toMatchObject({ posts: 1, failures: 1 });
    expect((await memory.open(NAME)).heads[0]?.dueMs).toBeGreaterThanOrEqual(NOW + 70_000);
    dispatcher.close();
  });

  test('that came so late that it might end before the answer is not used: the delivery is put back, and leased anew', async () => {
    const { dispatcher, memory, lease, record, told } = await leasing(() => Date.now());
    record.open();
    const queue = dispatcher.attach(NAME, await memory.open(NAME), false);
    await lease.reached;
    jest.setSystemTime(NOW + 9_500);
    lease.open();
    await jest.advanceTimersByTimeAsync(10);
    expect(told).toEqual({ leases: 2, posts: 1, failures: 1 });
    await dispatcher.detach(queue);
    dispatcher.close();
  });
});
