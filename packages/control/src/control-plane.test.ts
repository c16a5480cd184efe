import { TOPICS, type WebhookEndpointRecord } from '@stakewatch/contracts';
import { MemoryLog } from '@stakewatch/runtime';
import { ControlPlane } from './control-plane';
import type { RuleLibrary } from './rules';

const rules: RuleLibrary = { builtIns: [], describe: (definition) => ({ service: 'velocity', id: 'x', title: '', version: 1, severity: '', settings: {}, allowed: {}, definition }), check: () => ({ ok: false, errors: [{ path: 'when', message: 'is missing' }] }), checkSettings: () => [] };
const pepper = 'p'.repeat(32);

async function plane() {
  const log = new MemoryLog();
  const control = new ControlPlane({ log, rules });
  await control.createCompany({ id: 'acme', name: 'Acme', plan: 'standard' });
  return { log, control };
}

test('what is created is in the table when the command answers', async () => {
  const { log, control } = await plane();
  const { key, record } = await control.createApiKey({ companyId: 'acme', environment: 'live', name: 'till', pepper });
  expect((await control.apiKeys()).get(record.id)).toEqual(record);
  expect(log.records(TOPICS.apiKeys.name).map(({ value }) => value?.toString()).join()).not.toContain(key);
  await control.revokeApiKey(record.id);
  expect((await control.apiKeys()).get(record.id)?.revokedAt).not.toBeNull();
});

test('a repeated create writes nothing and shows no secret', async () => {
  const { log, control } = await plane();
  const request = { companyId: 'acme', url: 'https://acme.example/hooks', events: ['alert.created'] };
  const first = await control.createEndpoint(request);
  const again = await control.createEndpoint(request);
  expect(first.secret).toMatch(/^whsec_/);
  expect(again).toMatchObject({ changed: false, secret: null, record: { id: first.record?.id } });
  expect(log.records(TOPICS.webhookEndpoints.name)).toHaveLength(1);
});

test('two writers that clash: both changes stay', async () => {
  const { log, control } = await plane();
  const { record } = await control.createEndpoint({ companyId: 'acme', url: 'https://acme.example/hooks', events: ['alert.created'] });
  const endpoint = record as WebhookEndpointRecord;
  const slow = new ControlPlane({ log: overtakenOnce(log, { ...endpoint, status: 'disabled', disabledReason: 'five days of failures' }), rules });
  const { secret } = await slow.rotateSecret(endpoint.id);
  expect((await control.endpoints()).get(endpoint.id)).toMatchObject({ status: 'disabled', disabledReason: 'five days of failures', secrets: [secret, endpoint.secrets[0]] });
});

test('a tombstone removes, and removing twice is refused', async () => {
  const { control } = await plane();
  const { record } = await control.createEndpoint({ companyId: 'acme', url: 'https://acme.example/hooks', events: ['alert.created'] });
  await control.deleteEndpoint(record?.id as string);
  expect((await control.endpoints()).size).toBe(0);
  await expect(control.deleteEndpoint(record?.id as string)).rejects.toMatchObject({ refusal: { code: 'not_found' } });
});

test('endpoints and rules need a company; a sandbox scope belongs to its company', async () => {
  const { control } = await plane();
  await expect(control.createEndpoint({ companyId: 'nobody', url: 'https://a.example', events: ['alert.created'] })).rejects.toMatchObject({ refusal: { code: 'not_found' } });
  await expect(control.listRules('nobody')).rejects.toMatchObject({ refusal: { code: 'not_found' } });
  expect((await control.createEndpoint({ companyId: 'acme-sandbox', url: 'https://a.example', events: ['alert.created'] })).changed).toBe(true);
  await expect(control.putRule('acme', {}, undefined, { by: 'ana' })).rejects.toMatchObject({ refusal: { errors: [{ path: 'when' }] } });
});

test('a resend is a command on its topic', async () => {
  const { log, control } = await plane();
  const command = await control.requestResend({ companyId: 'acme', alertId: '550e8400-e29b-41d4-a716-446655440000', revision: null, endpointId: null, requestedBy: 'ana' });
  expect(log.records(TOPICS.webhookResends.name).map(({ value }) => JSON.parse(String(value)))).toEqual([command]);
});

/** A log on which another writer's record goes in just before the first record of a producer. */
function overtakenOnce(log: MemoryLog, other: WebhookEndpointRecord): MemoryLog {
  let done = false;
  return Object.assign(Object.create(log) as MemoryLog, {
    async producer() {
      const producer = await log.producer();
      return {
        ...producer,
        send: async (records: Parameters<typeof producer.send>[0]) => {
          if (!done) log.append({ topic: TOPICS.webhookEndpoints.name, key: other.id, value: Buffer.from(JSON.stringify(other)) });
          done = true;
          await producer.send(records);
        },
      };
    },
  });
}
