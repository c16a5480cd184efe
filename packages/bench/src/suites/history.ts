import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import { createClient } from '@clickhouse/client';
import { spreadOf, ratiosOf } from '../statistics';
import { caughtUp, produceBacklog } from './backlog';
import { rawAvroBlocks } from './raw-avro';
import { inRounds, type Suite } from './suite';

const LIMIT_TABLE = 'bench_events_limit';
const BLOCK_ROWS = 100_000;

/** (c) History rows per second from a backlog, against the engine's own rate of inserting the same rows as ready Avro containers. */
export const history: Suite = {
  name: 'history',
  about: "history writer on a backlog, against the engine's own raw-Avro insert rate",
  async run(stack, { rounds, quick, progress }) {
    const events = quick ? 50_000 : 1_000_000;
    const clickhouse = createClient({ ...stack.clickhouse, request_timeout: 300_000 });
    await clickhouse.command({ query: `CREATE TABLE IF NOT EXISTS ${LIMIT_TABLE} AS events` });
    const ours: number[] = [];
    const limit: number[] = [];
    const peaks: number[] = [];
    // What other suites left behind is not part of the measure.
    const before = await stack.start('history-writer', stack.layout.ports.historyWriter);
    for (const group of [CONSUMER_GROUPS.historyEvents, CONSUMER_GROUPS.historyRecords]) await caughtUp(stack, group, 600_000);
    await before.stop();
    await inRounds(rounds, progress, async (round) => {
      const company = `bench-history-${Date.now()}-${round}`.slice(0, 40);
      const blocks = await rawAvroBlocks(stack, company, events, BLOCK_ROWS);
      const from = performance.now();
      for (const block of blocks) await insertBlock(stack.clickhouse, block);
      limit.push(events / ((performance.now() - from) / 1000));
      await clickhouse.command({ query: `TRUNCATE TABLE ${LIMIT_TABLE}` });

      await produceBacklog(stack, company, events);
      const writer = await stack.start('history-writer', stack.layout.ports.historyWriter);
      await caughtUp(stack, CONSUMER_GROUPS.historyEvents, 600_000);
      const until = Date.now();
      peaks.push(writer.memory().peak / 1_048_576);
      await writer.stop();
      // From the first block on: a writer that is ready has been at work for a while, and one that is starting has not yet.
      const [row] = await (await clickhouse.query({ query: 'SELECT toUInt32(count()) AS rows, toUnixTimestamp64Milli(min(written_at)) AS first FROM events WHERE company_id = {company:String}', query_params: { company }, format: 'JSONEachRow' })).json<{ rows: number; first: number | string }>();
      if (row?.rows !== events) throw new Error(`${row?.rows} rows of ${events} were written`);
      ours.push(events / ((until - Number(row.first)) / 1000));
      return `engine ${Math.round(limit.at(-1) as number)} rows/s, history writer ${Math.round(ours.at(-1) as number)} rows/s`;
    });
    await clickhouse.command({ query: `DROP TABLE ${LIMIT_TABLE}` });
    await clickhouse.close();
    return [
      { suite: 'history', name: "engine's raw-Avro insert", unit: 'rows/s', spread: spreadOf(limit), rounds },
      { suite: 'history', name: 'history writer, one process', unit: 'rows/s', spread: spreadOf(ours), rounds },
      { suite: 'history', name: 'history writer / engine', unit: 'ratio', spread: ratiosOf(ours, limit), rounds, target: { at: 'least', value: 0.5 } },
      { suite: 'memory', name: 'history-writer at the backlog', unit: 'MiB peak', spread: spreadOf(peaks), rounds, target: { at: 'most', value: 400 } },
    ];
  },
};

/** A ready container, posted as it is: the least that any writer through this door must do. */
async function insertBlock({ url, username, password, database }: { url: string; username: string; password: string; database: string }, block: { columns: readonly string[]; bytes: Buffer }): Promise<void> {
  const query = new URLSearchParams({ database, query: `INSERT INTO ${LIMIT_TABLE} (${block.columns.join(', ')}) FORMAT Avro` });
  const response = await fetch(`${url}/?${query.toString()}`, { method: 'POST', headers: { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password }, body: new Uint8Array(block.bytes) });
  if (!response.ok) throw new Error(`insert answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  await response.arrayBuffer();
}
