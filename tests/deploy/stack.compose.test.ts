import { type ApiCall, apiOf, until } from '@stakewatch/testing';
import { companies, compose, composeStack, containers, rows, up } from './compose-stack';

/**
 * docker-compose.yml as its user runs it: built, started from nothing, used, broken, stopped, started again. Needs a Docker daemon and
 * the images that the file names. Each test goes on where the one before ended.
 */
const SERVICES = ['gateway', 'velocity-detector', 'alert-dispatcher', 'history-writer', 'transaction-monitor', 'bonus-scorer', 'webhook-receiver'];
const BUILD_MS = 1_200_000;
const START_MS = 300_000;
const sent: string[] = [];
let call: ApiCall;
let key: string;

beforeAll(async () => {
  await compose('down', '--volumes', '--remove-orphans');
  await compose('build', '--quiet');
}, BUILD_MS);
afterAll(() => compose('down', '--volumes', '--remove-orphans'), START_MS);

/** Twelve deposits of a new player in twelve seconds: the rule deposit-burst raises one alert. Gives the events' uuids. */
async function sendBurst(player: string): Promise<readonly string[]> {
  const start = Date.now() - 60_000;
  const events = Array.from({ length: 12 }, (_, index) => ({ external_event_id: `${player}-${index}`, player_id: player, event_type: 'DEPOSIT', amount: 1000, currency: 'XOF', event_timestamp: new Date(start + index * 1000).toISOString() }));
  const { status, body } = await call('POST', '/events/batch', { events });
  expect({ status, body }).toMatchObject({ status: 200, body: { data: { success_count: 12 } } });
  const uuids = body.data.events.map(({ uuid }: { uuid: string }) => uuid);
  sent.push(...uuids);
  return uuids;
}

async function untilProcessed(uuids: readonly string[]): Promise<void> {
  for (const uuid of uuids) await until(() => call('GET', `/events/${uuid}/status`), ({ body }) => body.status === 'PROCESSED');
}

/** Every event that was accepted is a row, once; and its player has the one alert, whose webhook came with a signature that verifies. */
async function expectAllEffects(player: string): Promise<void> {
  expect(await rows(`SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(uuid)) AS events FROM events`)).toEqual([{ rows: sent.length, events: sent.length }]);
  const { body } = await until(() => call('GET', `/alerts?rule=deposit-burst&mode=live&player=${player}`), (answer) => answer.body.items?.length > 0);
  expect(body.items).toEqual([expect.objectContaining({ player_id: player, status: 'open' })]);
  const id = body.items[0].id as string;
  const { body: shown } = await until(() => call('GET', `/alerts/${id}`), (answer) => answer.body.attempts?.some(({ outcome }: { outcome: string }) => outcome === 'delivered'));
  expect(shown.attempts_total).toBeGreaterThan(0);
}

test('comes up healthy from nothing; its containers have no root, write nowhere but in /tmp, and none is bound to other addresses than this machine', async () => {
  await up();
  expect(await containers()).toEqual(expect.arrayContaining([...SERVICES, 'kafka', 'schema-registry', 'redis', 'clickhouse'].map((Service) => expect.objectContaining({ Service, State: 'running', Health: 'healthy' }))));
  expect((await containers()).find(({ Service }) => Service === 'init')).toMatchObject({ State: 'exited', ExitCode: 0 });
  for (const service of SERVICES) {
    expect((await compose('exec', '-T', service, 'id', '-u')).trim()).toBe('1000');
    await expect(compose('exec', '-T', service, 'touch', '/app/x')).rejects.toMatchObject({ stderr: expect.stringContaining('Read-only file system') });
    await compose('exec', '-T', service, 'touch', '/tmp/x');
  }
  for (const port of ['gateway 8080', 'clickhouse 8123', 'webhook-receiver 8080']) expect(await compose('port', ...port.split(' '))).toMatch(/^127\.0\.0\.1:/);
  const company = (await companies()).find(({ plan }) => plan !== 'sandbox');
  key = company?.apiKey ?? '';
  call = apiOf(composeStack, key);
}, START_MS);

test('events are processed, counted, kept and told of; a transaction is decided upon', async () => {
  await untilProcessed(await sendBurst('first'));
  await expectAllEffects('first');
  const { deliveries } = (await (await fetch(`${composeStack.receiver}/deliveries`)).json()) as { deliveries: { verified: boolean }[] };
  expect(deliveries).toEqual([expect.objectContaining({ verified: true })]);
  const transaction = {
    transaction_id: 'compose-1', amount: 1500, currency: 'USD', transaction_type: 'transfer', account_type: 'corporate', status: 'completed',
    origin_account: { account_number: '123', bank_code: '001' }, destination_account: { account_number: '456', bank_code: '002' },
    customer_details: { customer_name: 'Jane Doe', customer_email: 'jane@example.com' },
    additional_info: { ip_address: '192.168.1.1', location: 'San Francisco, CA', transaction_description: 'Payment for order #789' },
  };
  expect(await call('POST', '/monitoring/transaction_monitoring/', transaction)).toMatchObject({ status: 201, body: { status: 'Success', data: { activity_code: '200' } } });
}, 120_000);

test('the command line runs beside the services', async () => {
  expect(JSON.parse(await compose('run', '--rm', '-T', 'cli', 'companies', 'list', '--json'))).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id: 'acme' })]) });
  expect(await compose('run', '--rm', '-T', 'cli', 'doctor')).not.toMatch(/fail/i);
}, 120_000);

test('the command line starts nothing: its doctor tells what was stopped', async () => {
  await compose('stop', 'schema-registry');
  await expect(compose('run', '--rm', '-T', 'cli', 'doctor')).rejects.toMatchObject({ stdout: expect.stringMatching(/FAIL +schema registry/) });
  expect((await containers()).find(({ Service }) => Service === 'schema-registry')).toMatchObject({ State: 'exited' });
  await up();
}, 120_000);

/** Whether events are accepted without it; what is sent to a gateway whose other needs are down is refused and none of the system's. */
const SENT_MEANWHILE = new Set(['velocity-detector history-writer', 'alert-dispatcher', 'schema-registry', 'clickhouse']);

test.each(['velocity-detector history-writer', 'alert-dispatcher', 'gateway', 'redis', 'schema-registry', 'kafka', 'clickhouse'])('%s: killed and started again, nothing is lost or twice', async (killed) => {
  const player = killed.replace(' ', '-and-');
  const uuids = [...(await sendBurst(`before-${player}`))];
  await compose('kill', ...killed.split(' '));
  if (SENT_MEANWHILE.has(killed)) uuids.push(...(await sendBurst(`without-${player}`)));
  await up();
  uuids.push(...(await sendBurst(`after-${player}`)));
  await untilProcessed(uuids);
  await expectAllEffects(`after-${player}`);
  await expectAllEffects(`before-${player}`);
}, START_MS);

test('a stop drains every service in time, and what is started again has all that was there', async () => {
  const uuids = await sendBurst('stopped');
  await compose('stop', ...SERVICES);
  const stopped = (await containers()).filter(({ Service }) => SERVICES.includes(Service));
  expect(stopped.map(({ Service, ExitCode }) => [Service, ExitCode])).toEqual(stopped.map(({ Service }) => [Service, 0]));
  await compose('down');
  expect(await containers()).toEqual([]);
  await up();
  await untilProcessed(uuids);
  await expectAllEffects('stopped');
  expect((await companies()).map(({ apiKey }) => apiKey)).toContain(key);
}, START_MS);
