/**
 * How fast the writer is beside the engine alone, without Kafka: `node services/history-writer/dist/measure-inserts.js [events] [rounds]`
 * with STAKEWATCH_CLICKHOUSE_URL/_USER/_PASSWORD. Uses a database of its own and drops it. Prints one JSON line.
 */
import { clickHouseFromEnvironment, createClickHouse, migrate } from '@stakewatch/clickhouse';
import { type BettingEvent, eventIdentity, schemaText } from '@stakewatch/contracts';
import { createAvroCodec, createMemorySchemaIds, type DeadLetters, type LogRecord } from '@stakewatch/runtime';
import { containerForm, encodeContainer } from './avro/container';
import { ByteBudget } from './block/byte-budget';
import { cutBlocks } from './block/plan';
import { AvroWriter } from './table/avro-writer';
import { createClickHouseStore } from './table/clickhouse-store';
import { IdentityFilter } from './table/identity-filter';
import { EVENTS } from './table/targets';

const LIMITS = { rows: 100_000, bytes: 12_582_912 };
const NOTHING = { written() {}, duplicates() {}, refused() {}, retry(_: string, error: Error) { console.error(error.message); } };
const NO_LETTERS: DeadLetters = { publish: () => Promise.reject(new Error('no record here is unreadable')) };

/** Rows a second of: inserting ready containers, and all the writer does (check, filter, encode, insert). */
export interface InsertRates {
  readonly engine: readonly number[];
  readonly writer: readonly number[];
  readonly bytesARow: number;
}

export async function measureInserts(events: number, rounds: number): Promise<InsertRates> {
  const options = { ...clickHouseFromEnvironment({ STAKEWATCH_CLICKHOUSE_DATABASE: 'history_measure', ...process.env }), database: `history_measure_${process.pid}`, requestTimeoutMs: 120_000 };
  await migrate(options);
  const client = createClickHouse(options);
  const store = createClickHouseStore(client);
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('betting-event');
  const rates = { engine: [] as number[], writer: [] as number[], bytesARow: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const blocks = cutBlocks(sampleRecords(events, round, (event) => codec.encode('betting-event', event)), LIMITS);
    rates.bytesARow = (blocks[0] as LogRecord[]).reduce((sum, { value }) => sum + (value as Buffer).length, 0) / (blocks[0] as LogRecord[]).length;
    const form = containerForm(schemaText('betting-event'));
    const containers = blocks.map((block) => encodeContainer(form, block));
    rates.engine.push(await timed(events, async () => {
      for (const [i, data] of containers.entries()) await store.insert({ table: 'events', columns: form.fields, format: 'Avro', data, token: `engine-${round}-${i}` });
    }));
    const writer = new AvroWriter(EVENTS, { store, codec, deadLetters: NO_LETTERS, filter: new IdentityFilter(33_554_432), observer: NOTHING, loadedAt: Date.now(), inserting: new ByteBudget(LIMITS.bytes) });
    const signal = new AbortController().signal;
    await writer.write(blocks[0]?.slice(0, 1) ?? [], `warm-${round}`, signal);
    rates.writer.push(await timed(events, async () => {
      // Two at a time, as the consumer does: one is prepared while the other is inserted.
      let before: Promise<void> = Promise.resolve();
      for (const [i, block] of blocks.entries()) {
        const now = writer.write(i === 0 ? block.slice(1) : block, `writer-${round}-${i}`, signal);
        await before;
        before = now;
      }
      await before;
    }));
    await client.command({ query: 'TRUNCATE TABLE events' });
  }
  await client.command({ query: `DROP DATABASE ${options.database}` });
  await client.close();
  return rates;
}

async function timed(rows: number, work: () => Promise<void>): Promise<number> {
  const started = process.hrtime.bigint();
  await work();
  return Math.round(rows / (Number(process.hrtime.bigint() - started) / 1e9));
}

function sampleRecords(count: number, round: number, encode: (event: BettingEvent) => Buffer): LogRecord[] {
  const { uuidOf } = eventIdentity('acme');
  const start = Date.UTC(2026, 10, 20) * 1000;
  return Array.from({ length: count }, (_, i) => {
    const id = `evt_${round}_${i}`;
    const event: BettingEvent = {
      uuid: uuidOf(id), company_id: 'acme', external_event_id: id, player_id: `pl_${i % 50_000}`, event_type: i % 3 === 0 ? 'DEPOSIT' : 'BET_PLACED',
      event_timestamp: start + i * 1000, received_at: start + i * 1000 + 40_000, amount: 500 + (i % 900) * 10, currency: 'XOF', balance_before: 15_000, balance_after: 10_000,
      player_phone: '+221771234567', player_country: 'SEN', player_kyc_level: 2, game_type: 'SPORTS', game_id: `game_${i % 300}`, game_name: 'Senegal vs Nigeria', game_sport: 'football',
      game_competition: 'CAN 2025', game_odds: 2.5, game_bet_id: `bet_${i}`, device_type: 'MOBILE', operator: 'ORANGE_SN', ip_address: `41.138.${i % 250}.22`, session_id: `sess_${i % 60_000}`,
      user_agent: null, device_id: null, late: false,
    };
    return { topic: EVENTS.topic, partition: 0, offset: i, timestamp: Date.now(), key: null, value: encode(event), headers: {} };
  });
}

if (require.main === module) {
  measureInserts(Number(process.argv[2] ?? 500_000), Number(process.argv[3] ?? 3)).then(
    (rates) => console.log(JSON.stringify({ ...rates, ratio: rates.writer.map((rate, i) => Number((rate / (rates.engine[i] as number)).toFixed(2))) })),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
