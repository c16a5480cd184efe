import { randomUUID } from 'node:crypto';
import { attemptIdOf, CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import { type ClickHouseClient, createClickHouse } from '@stakewatch/clickhouse';
import { MemoryLog, Retriable } from '@stakewatch/runtime';
import { type TestStack, testStack } from '@stakewatch/testing';
import { attemptRecord } from '../core/attempt-record';
import { isoOfMicros } from '../core/instants';
import { aDelivery, anAlert } from '../testing/samples';
import { createClickHouseAlertArchive } from './clickhouse-alert-archive';
import { createClickHouseDeliveryHistory } from './clickhouse-delivery-history';

const COMPANY = `it-archive-${process.pid}`;
let stack: TestStack;
let client: ClickHouseClient;

beforeAll(async () => {
  stack = await testStack();
  client = createClickHouse(stack.clickhouse);
});
afterAll(async () => {
  await client.close();
  await stack.close();
});

/** As the history writer stores it: instants as instants, the rest as it is. */
async function insert(table: string, rows: readonly object[]): Promise<void> {
  const values = rows.map((row, index) => ({ ...(JSON.parse(JSON.stringify(row, (key, value: unknown) => (isInstant(key, value) ? isoOfMicros(value) : value))) as object), kafka_partition: 0, kafka_offset: index }));
  await client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings: { date_time_input_format: 'best_effort' } });
}

const isInstant = (key: string, value: unknown): value is number => typeof value === 'number' && /(_at|_timestamp|_start|_end)$/.test(key);

describe('alerts of history', () => {
  const id = randomUUID();
  const revisions = [1, 2].map((revision) => anAlert({ alert_id: id, company_id: COMPANY, revision, decided_at: 1_790_000_124_010_123 }));
  beforeAll(() => insert('alerts', revisions));

  test('come back whole, to the microsecond', async () => {
    const archive = createClickHouseAlertArchive(client);
    expect(await archive.find(COMPANY, id, 1)).toEqual(revisions[0]);
    expect(await archive.find(COMPANY, id, null)).toEqual(revisions[1]);
  });

  test('are found by their company alone', async () => {
    const archive = createClickHouseAlertArchive(client);
    expect(await archive.find('another', id, null)).toBeNull();
    expect(await archive.find(COMPANY, id, 3)).toBeNull();
    expect(await archive.find(COMPANY, randomUUID(), null)).toBeNull();
  });

  test('wait while history does not answer', async () => {
    const nowhere = createClickHouse({ ...stack.clickhouse, url: 'http://127.0.0.1:9' });
    await expect(createClickHouseAlertArchive(nowhere).find(COMPANY, id, null)).rejects.toThrow(Retriable);
    await nowhere.close();
  });
});

describe('past attempts', () => {
  const facts = { url: 'https://x.example/', status: 500, error: 'status_500', excerpt: null, startedAtMicros: 1_790_000_000_000_000, durationMs: 3 };
  const delivery = (changes: Parameters<typeof aDelivery>[0] = {}) => aDelivery({ id: randomUUID(), companyId: COMPANY, ...changes });
  const delivered = delivery();
  const failing = delivery();
  const fresh = delivery();
  const resent = { ...delivery({ reason: 'resend', commandId: randomUUID() }), id: attemptIdOf(failing.deliveryId, 'resend', 'x'), deliveryId: failing.deliveryId };

  beforeAll(() =>
    insert('webhook_attempts', [
      attemptRecord(delivered, { ...facts, outcome: 'failed', nextAttemptAtMs: 1_790_000_005_000 }),
      attemptRecord({ ...delivered, attempts: 1 }, { ...facts, outcome: 'delivered', nextAttemptAtMs: null }),
      attemptRecord(failing, { ...facts, outcome: 'failed', nextAttemptAtMs: 1_790_000_005_000 }),
      attemptRecord({ ...failing, attempts: 1 }, { ...facts, outcome: 'failed', nextAttemptAtMs: 1_790_000_300_000 }),
    ]),
  );

  test('say what is settled, and where the rest stands; a resend is not its first sending', async () => {
    const log = new MemoryLog(1);
    const past = await createClickHouseDeliveryHistory(client, await log.admin(), 10).pastOf([delivered, failing, fresh, resent]);
    expect(Object.fromEntries(past)).toEqual({
      [delivered.id]: { attempts: 2, settled: true, nextAttemptAtMs: null },
      [failing.id]: { attempts: 2, settled: false, nextAttemptAtMs: 1_790_000_300_000 },
    });
  });

  test('are found for as many deliveries as a batch has', async () => {
    const log = new MemoryLog(1);
    const past = await createClickHouseDeliveryHistory(client, await log.admin(), 10).pastOf([...Array.from({ length: 500 }, () => delivery()), delivered]);
    expect([...past.keys()]).toEqual([delivered.id]);
  });

  test('wait until history has every attempt that was in the log when the loss was found', async () => {
    const log = new MemoryLog(1);
    const at = { topic: TOPICS.webhookAttempts.name, partition: 0 };
    for (let index = 0; index < 3; index += 1) log.append({ topic: at.topic, key: null, value: Buffer.from('x') });
    const history = createClickHouseDeliveryHistory(client, await log.admin(), 10);
    log.commit(CONSUMER_GROUPS.historyRecords.name, at, 2);
    await expect(history.pastOf([fresh])).rejects.toThrow(Retriable);
    log.append({ topic: at.topic, key: null, value: Buffer.from('x') });
    log.commit(CONSUMER_GROUPS.historyRecords.name, at, 3);
    expect(await history.pastOf([fresh])).toEqual(new Map());
    history.lossFound();
    await expect(history.pastOf([fresh])).rejects.toThrow(Retriable);
  });
});
