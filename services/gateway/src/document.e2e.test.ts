import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type StackCompany } from '@stakewatch/contracts';
import { stackFile } from '@stakewatch/testing';
import { BATCH_EXAMPLE, GROUPED_EXAMPLE } from './docs/examples';
import { type Caller, caller } from './test-support/requests';

const run = promisify(execFile);
const stack = stackFile();
const company = stack.companies.find(({ plan }) => plan === 'standard') as StackCompany;
const api: Caller = caller(stack.gateway, company.apiKey);

/** Asks until the status is no longer PENDING; the test's own timeout bounds it. */
async function settled(uuid: string): Promise<{ status: string; processed_at: string | null }> {
  for (;;) {
    const { body, status } = await api.get(`/api/v1/events/${uuid}/status`);
    expect(status).toBe(200);
    if (body.status !== 'PENDING') return body as { status: string; processed_at: string | null };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test("the document's curl line works word for word, but for host and key", async () => {
  const { stdout } = await run('bash', ['-c', `curl -s -X POST "${stack.gateway}/api/v1/events" \\
  -H "Content-Type: application/json" \\
  -H "X-API-Key: ${company.apiKey}" \\
  -d '{"external_event_id":"evt-123","player_id":"player-456","event_type":"DEPOSIT","amount":100000,"currency":"XOF","event_timestamp":"2026-01-31T12:00:00Z"}'`]);
  expect(JSON.parse(stdout)).toMatchObject({ success: true, data: { event_month: 202601, external_event_id: 'evt-123', amount_cents: 10_000_000, amount: 100_000, currency: 'XOF' } });
});

test("the document's grouped event is accepted, known at once, and processed", async () => {
  const { status, body } = await api.post('/api/v1/events', GROUPED_EXAMPLE);
  expect(status).toBe(202);
  expect(body.data).toMatchObject({ event_month: 202602, amount: 5000, amount_cents: 500_000 });
  const { status: state, processed_at } = await settled(body.data.uuid as string);
  expect(state).toBe('PROCESSED');
  expect(processed_at).toMatch(/Z$/);
  expect((await api.post('/api/v1/events', GROUPED_EXAMPLE)).body).toEqual(body);
});

test("the document's batch is accepted", async () => {
  const { status, body } = await api.post('/api/v1/events/batch', BATCH_EXAMPLE);
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ success_count: 2, failed_count: 0 });
});

test("the document's lookup tables come as it shows them", async () => {
  const { body } = await api.get('/api/v1/lookups');
  expect(body.event_types).toHaveLength(10);
  expect(body.event_types[8]).toEqual({ id: 9, code: 'CASHOUT', name: 'Cash Out' });
  expect(body.operators).toContainEqual({ id: 5, code: 'ORANGE_CI', name: "Orange Money Côte d'Ivoire", country: 'CIV' });
});

test("another company's event is 404", async () => {
  const { body } = await api.post('/api/v1/events', GROUPED_EXAMPLE);
  const other = stack.companies.find(({ id }) => id !== company.id) as StackCompany;
  expect((await caller(stack.gateway, other.apiKey).get(`/api/v1/events/${body.data.uuid}/status`)).status).toBe(404);
});
