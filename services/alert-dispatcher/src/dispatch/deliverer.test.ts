import { TOPICS, WebhookEndpointRecord } from '@stakewatch/contracts';
import { createAvroCodec, createMemorySchemaIds, MemoryLog } from '@stakewatch/runtime';
import type { Answer } from '../core/classify';
import { MemoryDeliveryQueues } from '../queue/memory-delivery-queues';
import type { DeliveryQueues } from '../queue/port';
import { aDelivery, anEndpoint } from '../testing/samples';
import { AttemptLog } from './attempt-log';
import { Deliverer } from './deliverer';
import { createEndpointControl } from './endpoint-control';
import { EndpointDirectory } from './endpoint-directory';
import { Lane } from './lane';
import { OwnedQueue } from './owned-queue';

const NAME = { topic: TOPICS.alerts.name, partition: 0 };
const NOW = Date.parse('2026-11-21T12:00:00Z');
const GONE: Answer = { status: 410, retryAfter: null, excerpt: null, error: null };

/** One delivery to an endpoint that answers 410; `meanwhile` happens between its mark in the store and the write of its endpoint. */
async function deliverToGone(meanwhile: (put: (endpoint: WebhookEndpointRecord | null) => Promise<void>) => Promise<void>) {
  const log = new MemoryLog(1);
  const producer = await log.producer();
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('webhook-attempt');
  const endpoint = anEndpoint();
  const put = (record: WebhookEndpointRecord | null) => producer.send([{ topic: TOPICS.webhookEndpoints.name, key: endpoint.id, value: record && Buffer.from(JSON.stringify(record)) }]);
  await put(endpoint);
  const table = await log.table('webhookEndpoints', WebhookEndpointRecord);
  const memory = new MemoryDeliveryQueues();
  const queues: DeliveryQueues = Object.assign(Object.create(memory) as MemoryDeliveryQueues, {
    async finish(...args: Parameters<DeliveryQueues['finish']>) {
      const finished = await memory.finish(...args);
      await meanwhile(put);
      return finished;
    },
  });
  const disabled: string[] = [];
  const deliverer = new Deliverer({
    queues,
    directory: new EndpointDirectory(table),
    sender: { post: async () => GONE, sockets: () => 0, close: () => undefined },
    health: { failed: async () => ({ failingSinceMs: NOW, failures: 1, told: false }), succeeded: async () => undefined, told: async () => undefined },
    attempts: new AttemptLog(producer, codec),
    control: createEndpointControl(producer, () => NOW),
    schedule: [0, 1000],
    timeoutMs: 1000,
    warnAfterMs: 1000,
    disableAfterMs: 1000,
    rememberMs: 1000,
    nowMs: () => NOW,
    observer: { onAttempt: () => undefined, onLeaseLost: () => undefined, onFailing: () => undefined, onDisabled: ({ id }) => void disabled.push(id) },
  });
  const delivery = aDelivery({ endpointId: endpoint.id });
  const { epoch } = await memory.open(NAME);
  await memory.accept(NAME, { epoch, expectedOffset: null, nextOffset: 1, entries: [{ kind: 'leased', delivery, recordedMs: NOW, token: 't', untilMs: NOW + 60_000 }], nowMs: NOW, rememberUntilMs: NOW });
  await deliverer.deliver({ lane: new Lane(endpoint.id, new Set()), queue: new OwnedQueue(NAME, epoch, 1, false), delivery, lease: { token: () => 't', untilMs: NOW + 60_000 }, answered: () => undefined });
  return { disabled, endpoint, record: table.get(endpoint.id) };
}

test('an endpoint that says 410 is disabled', async () => {
  const { disabled, endpoint, record } = await deliverToGone(async () => undefined);
  expect(record).toEqual({ ...endpoint, status: 'disabled', disabledReason: 'the endpoint answered 410 Gone', disabledAt: new Date(NOW).toISOString(), disabledBy: 'failures', updatedAt: new Date(NOW).toISOString() });
  expect(disabled).toEqual([endpoint.id]);
});

test('one whose owner has changed it meanwhile stays as changed', async () => {
  const moved = anEndpoint({ url: 'https://new.example.com/', updatedAt: '2026-11-21T11:59:59.000Z' });
  const { disabled, record } = await deliverToGone((put) => put(moved));
  expect(record).toEqual(moved);
  expect(disabled).toEqual([]);
});

test('one that was deleted meanwhile does not come back', async () => {
  const { disabled, record } = await deliverToGone((put) => put(null));
  expect(record).toBeUndefined();
  expect(disabled).toEqual([]);
});
