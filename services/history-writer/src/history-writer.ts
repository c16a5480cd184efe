import { type ClickHouseClient, type ClickHouseOptions, createClickHouse, migrate, MigrationError } from '@stakewatch/clickhouse';
import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import type { HandlerFactory, LogConsumer, RunningService, ServiceContext } from '@stakewatch/runtime';
import type { Static } from '@sinclair/typebox';
import { ByteBudget } from './block/byte-budget';
import { PartitionWriter } from './block/partition-writer';
import { loadFilters } from './filters';
import { HistoryObserver } from './history-observer';
import type { HistorySettings } from './settings';
import { AvroWriter } from './table/avro-writer';
import type { BlockWriter } from './table/block-writer';
import { createClickHouseStore } from './table/clickhouse-store';
import { DEAD_LETTER_TABLES, DeadLetterWriter } from './table/dead-letter-writer';
import { persist } from './table/persist';
import { StoreUnavailable } from './table/store';
import { DEAD_LETTER_TOPICS, EVENTS, RECORDS } from './table/targets';

const MB = 1_048_576;
const INSERT_TIMEOUT_MS = 120_000;

type Context = ServiceContext<Static<typeof HistorySettings>>;

/** Migrates, loads the filters, then consumes: events in one group, all other topics in another, so that neither waits for the other. */
export async function startHistoryWriter(context: Context): Promise<RunningService> {
  const observer = new HistoryObserver(context, [...[EVENTS, ...RECORDS].map(({ table }) => table), ...DEAD_LETTER_TABLES]);
  const options = clickHouseOptions(context);
  const client = createClickHouse(options);
  const stop = new AbortController();
  const consumers: LogConsumer[] = [];
  let phase: string | null = 'waiting for ClickHouse';
  const starting = start(context, client, options, observer, stop.signal, consumers).then(() => (phase = null));
  // The health endpoint answers while ClickHouse is waited for.
  void starting.catch((error: unknown) => (stop.signal.aborted ? undefined : context.fatal(error)));
  return {
    ready: () => phase ?? observer.reason,
    async drain() {
      stop.abort();
      await starting.catch(() => undefined);
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await client.close();
    },
  };
}

async function start(context: Context, client: ClickHouseClient, options: ClickHouseOptions, observer: HistoryObserver, signal: AbortSignal, consumers: LogConsumer[]): Promise<void> {
  const { settings, log } = context;
  const applied = await persist(() => migrateOrWait(options), signal, (error) => observer.retry('schema_migrations', error));
  context.logger.info({ applied }, 'schema is up to date');
  const store = createClickHouseStore(client);
  const loadedAt = Date.now();
  const filters = await loadFilters([EVENTS, ...RECORDS], store, observer, settings.STAKEWATCH_HISTORY_FILTER_MB * MB, signal);
  const deadLetters = context.deadLetters(await log.producer());
  const limits = { rows: settings.STAKEWATCH_HISTORY_BLOCK_ROWS, bytes: settings.STAKEWATCH_HISTORY_BLOCK_MB * MB };
  const budget = new ByteBudget(settings.STAKEWATCH_HISTORY_IN_WORK_MB * MB);
  const inserting = new ByteBudget(limits.bytes);
  const input = (topic: string, writer: BlockWriter): { topic: string; handler: HandlerFactory } => ({ topic, handler: (at) => new PartitionWriter(at, { writer, budget, limits }) });
  const avro = (target: typeof EVENTS) =>
    input(target.topic, new AvroWriter(target, { store, codec: context.codec, deadLetters, filter: filters.get(target.table) ?? null, observer, loadedAt, inserting }));
  const letters = new DeadLetterWriter(store, context.codec, observer);

  const linger = settings.STAKEWATCH_HISTORY_LINGER_MS;
  const common = { concurrency: 8, maxBytes: limits.bytes, maxBytesPerPartition: limits.bytes, sessionTimeoutMs: 8_000 };
  consumers.push(await log.consume({ ...common, group: CONSUMER_GROUPS.historyEvents.name, inputs: [avro(EVENTS)], minBytes: 524_288, maxWaitMs: linger }));
  consumers.push(await log.consume({ ...common, group: CONSUMER_GROUPS.historyRecords.name, inputs: [...RECORDS.map(avro), ...DEAD_LETTER_TOPICS.map((topic) => input(topic, letters))], minBytes: 65_536, maxWaitMs: linger * 2 }));
}

/** A database that is newer than this build is not waited for: it will not become older. */
async function migrateOrWait(options: ClickHouseOptions): Promise<readonly string[]> {
  try {
    return await migrate(options);
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw new StoreUnavailable((error as Error).message, { cause: error });
  }
}

function clickHouseOptions({ settings }: Context): ClickHouseOptions {
  return {
    url: settings.STAKEWATCH_CLICKHOUSE_URL,
    user: settings.STAKEWATCH_CLICKHOUSE_USER,
    password: settings.STAKEWATCH_CLICKHOUSE_PASSWORD,
    database: settings.STAKEWATCH_CLICKHOUSE_DATABASE,
    requestTimeoutMs: INSERT_TIMEOUT_MS,
  };
}
