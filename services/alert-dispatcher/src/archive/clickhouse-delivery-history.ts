import type { ClickHouseClient } from '@stakewatch/clickhouse';
import { attemptIdOf, CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import { type LogAdmin, Retriable } from '@stakewatch/runtime';
import type { Delivery } from '../core/delivery';
import { microsOfIso } from '../core/instants';
import type { PastAttempts } from '../core/rebuilt';
import { asHistoryError, HISTORY_SETTINGS } from './clickhouse-errors';
import type { DeliveryHistory } from './delivery-history';

interface AttemptRow {
  readonly attempt_id: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly next_attempt_at: string | null;
}

/**
 * The ids stand in the query's text, not in its parameters, which travel in the URL and would be too long. All are derived here
 * (uuid v5), so none can hold anything but hex digits and dashes.
 */
const findSql = (deliveries: readonly string[], attempts: readonly string[]): string => `
SELECT attempt_id, attempt, outcome, next_attempt_at
FROM webhook_attempts
WHERE delivery_id IN (${uuidList(deliveries)}) AND attempt_id IN (${uuidList(attempts)})`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function uuidList(ids: readonly string[]): string {
  const wrong = ids.find((id) => !UUID.test(id));
  if (wrong !== undefined) throw new TypeError('an id that is no uuid must not reach a query');
  return ids.map((id) => `'${id}'`).join(', ');
}

/** Deliveries asked for in one query. */
const CHUNK = 100;

/**
 * The webhook_attempts table (docs/data.md). Before the first question it waits until the history writer has stored every
 * attempt that was published when the rebuild began: what was delivered in the last seconds before the loss is not sent again.
 */
export function createClickHouseDeliveryHistory(client: ClickHouseClient, admin: LogAdmin, maxAttempts: number): DeliveryHistory {
  let awaited: ReadonlyMap<number, number> | null = null;
  let complete = false;

  async function assertComplete(): Promise<void> {
    if (complete) return;
    const topic = TOPICS.webhookAttempts.name;
    awaited ??= new Map((await admin.offsets(topic)).filter(({ first, next }) => next > first).map(({ partition, next }) => [partition, next]));
    const stored = new Map((await admin.committed(CONSUMER_GROUPS.historyRecords.name, topic)).map(({ partition, offset }) => [partition, offset ?? 0]));
    for (const [partition, next] of awaited) {
      if ((stored.get(partition) ?? 0) < next) throw new Retriable('history does not have every attempt yet');
    }
    complete = true;
  }

  return {
    lossFound() {
      awaited = null;
      complete = false;
    },
    async pastOf(deliveries) {
      await assertComplete();
      const past = new Map<string, PastAttempts>();
      for (let at = 0; at < deliveries.length; at += CHUNK) {
        for (const [id, found] of await query(client, deliveries.slice(at, at + CHUNK), maxAttempts)) past.set(id, found);
      }
      return past;
    },
  };
}

async function query(client: ClickHouseClient, deliveries: readonly Delivery[], maxAttempts: number): Promise<Map<string, PastAttempts>> {
  const owners = new Map<string, string>();
  for (const delivery of deliveries) {
    for (const attemptId of attemptIdsOf(delivery, maxAttempts)) owners.set(attemptId, delivery.id);
  }
  const found = new Map<string, PastAttempts>();
  for (const row of await select(client, deliveries.map(({ deliveryId }) => deliveryId), [...owners.keys()])) {
    const id = owners.get(row.attempt_id);
    if (id !== undefined) found.set(id, withAttempt(found.get(id), row));
  }
  return found;
}

function attemptIdsOf({ deliveryId, reason, commandId }: Delivery, maxAttempts: number): string[] {
  return Array.from({ length: maxAttempts }, (_, index) => attemptIdOf(deliveryId, reason, commandId === null ? index + 1 : `${commandId}/${index + 1}`));
}

function withAttempt(past: PastAttempts | undefined, row: AttemptRow): PastAttempts {
  const newest = !past || row.attempt > past.attempts;
  return {
    attempts: newest ? row.attempt : past.attempts,
    settled: (past?.settled ?? false) || row.outcome === 'delivered' || row.outcome === 'abandoned',
    nextAttemptAtMs: newest ? (row.next_attempt_at === null ? null : microsOfIso(row.next_attempt_at) / 1_000) : past.nextAttemptAtMs,
  };
}

async function select(client: ClickHouseClient, deliveries: readonly string[], attempts: readonly string[]): Promise<AttemptRow[]> {
  const query = findSql(deliveries, attempts);
  try {
    const result = await client.query({ query, format: 'JSONEachRow', clickhouse_settings: HISTORY_SETTINGS });
    return await result.json<AttemptRow>();
  } catch (error) {
    throw asHistoryError(error);
  }
}
