import { randomUUID } from 'node:crypto';
import { createClient } from '@clickhouse/client';
import type { StackCompany } from '@stakewatch/contracts';
import { apiOf, stackFile, until } from '@stakewatch/testing';

/** An event is PROCESSED when the bonus rules have seen it as well: through the gateway, on the running services. */
const stack = stackFile();
const clickhouse = createClient({ url: stack.clickhouse.url, username: stack.clickhouse.user, password: stack.clickhouse.password, database: stack.clickhouse.database });
const run = randomUUID().slice(0, 8);
let counter = 0;
afterAll(() => clickhouse.close());

async function accepted(company: StackCompany): Promise<string> {
  counter += 1;
  const event = { external_event_id: `${run}-${counter}`, player_id: `${run}-${counter}`, event_type: 'BET_PLACED', amount: 5, currency: 'XOF', event_timestamp: new Date().toISOString(), device_id: `device-${run}` };
  const { status, body } = await apiOf(stack, company.apiKey)('POST', '/events', event);
  expect(status).toBe(202);
  return body.data.uuid;
}

async function statusOf(company: StackCompany, uuid: string): Promise<{ status: string; processed_at: string | null }> {
  return (await apiOf(stack, company.apiKey)('GET', `/events/${uuid}/status`)).body;
}

const processed = (company: StackCompany, uuid: string) => until(() => statusOf(company, uuid), ({ status }) => status === 'PROCESSED');

/** Services that have said of the event's offset that they decided on it, and when, in milliseconds. */
async function told(uuid: string): Promise<ReadonlyMap<string, number>> {
  const query = `SELECT p.service AS service, toUnixTimestamp64Milli(min(p.processed_at)) AS at FROM processing_progress AS p, (SELECT kafka_partition, kafka_offset FROM events WHERE uuid = {uuid:UUID}) AS e
    WHERE p.topic = 'betting.events.v1' AND p.partition = e.kafka_partition AND p.from_offset <= e.kafka_offset AND p.to_offset >= e.kafka_offset GROUP BY service`;
  const rows = await (await clickhouse.query({ query, query_params: { uuid }, format: 'JSONEachRow' })).json<{ service: string; at: string }>();
  return new Map(rows.map(({ service, at }) => [service, Number(at)]));
}
const signal = (name: NodeJS.Signals) => process.kill(stackFile().processes.find((each) => each.name === 'bonus-scorer')?.pid ?? 0, name);

test('an event of every company is processed when both services have said so, whatever its plan', async () => {
  expect(stack.companies.map(({ plan }) => plan)).toContain('sandbox');
  for (const company of stack.companies) {
    const uuid = await accepted(company);
    const { processed_at } = await processed(company, uuid);
    const by = await told(uuid);
    expect([...by.keys()].sort()).toEqual(['bonus-scorer', 'velocity-detector']);
    expect(Date.parse(processed_at as string)).toBeGreaterThanOrEqual(Math.max(...by.values()));
  }
});

test('while the bonus scorer stands still an event is pending, and goes on when it does', async () => {
  const company = stack.companies[0] as StackCompany;
  await processed(company, await accepted(company));
  signal('SIGSTOP');
  let uuid: string;
  let goneOn: number;
  try {
    uuid = await accepted(company);
    await until(() => told(uuid), (by) => by.has('velocity-detector'));
    expect(await statusOf(company, uuid)).toMatchObject({ status: 'PENDING', processed_at: null });
  } finally {
    goneOn = Date.now();
    signal('SIGCONT');
  }
  const { processed_at } = await processed(company, uuid);
  expect(Date.parse(processed_at as string)).toBeGreaterThanOrEqual(goneOn);
});

test('events that the bonus scorer dies over are processed when it is back', async () => {
  const company = stack.companies[0] as StackCompany;
  const uuids: string[] = [];
  for (let event = 0; event < 20; event += 1) uuids.push(await accepted(company));
  signal('SIGKILL');
  for (const uuid of uuids) await processed(company, uuid);
});
