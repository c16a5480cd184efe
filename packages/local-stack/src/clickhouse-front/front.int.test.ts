import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { testFolder } from '@stakewatch/testing';
import { FRONT_ADMIN, FRONT_READER, type FrontProcess, startFrontProcess } from './front-process';

let front: FrontProcess;
let client: ClickHouseClient;

beforeAll(async () => {
  front = await startFrontProcess(folder, { STAKEWATCH_CLICKHOUSE_FRONT_MAX_BODY_MB: '64' });
  client = connect();
  await client.command({ query: 'CREATE DATABASE t' });
});

afterAll(async () => {
  await client.close();
  await front.stop();
});
const { path: folder } = testFolder();

function connect(extra: Parameters<typeof createClient>[0] = {}): ClickHouseClient {
  return createClient({ url: front.url, username: FRONT_ADMIN.user, password: FRONT_ADMIN.password, log: { level: ClickHouseLogLevel.OFF }, ...extra });
}

function ask(path: string, init: RequestInit = {}, user: { user: string; password: string } = FRONT_ADMIN): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${user.user}:${user.password}`).toString('base64')}`;
  return fetch(`${front.url}${path}`, { ...init, headers: { authorization, ...init.headers } });
}

const rowsOf = async <T>(query: string, query_params?: Record<string, unknown>): Promise<T[]> => (await client.query({ query, format: 'JSONEachRow', ...(query_params ? { query_params } : {}) })).json<T>();

test('ping, replicas_status and metrics answer without credentials', async () => {
  expect(await client.ping()).toMatchObject({ success: true });
  expect(await (await fetch(`${front.url}/ping`)).text()).toBe('Ok.\n');
  expect(await (await fetch(`${front.url}/replicas_status`)).text()).toBe('Ok.\n');
  expect(await (await fetch(`${front.url}/metrics`)).text()).toContain('stakewatch_clickhouse_front_queries');
});

test('the client inserts, binds parameters of every kind and reads', async () => {
  await client.command({ query: 'CREATE TABLE t.items (id UInt32, name String, at DateTime64(3)) ENGINE = MergeTree ORDER BY id' });
  const names = ["it's", 'tab\there', 'back\\slash', 'é\u0000z', "'); DROP TABLE t.items; --"];
  await client.insert({ table: 't.items', values: names.map((name, id) => ({ id, name, at: '2026-02-03 12:00:00.123' })), format: 'JSONEachRow' });
  for (const [id, name] of names.entries()) {
    expect(await rowsOf('SELECT id, name FROM t.items WHERE name = {name:String}', { name })).toEqual([{ id, name }]);
  }
  expect(await rowsOf('SELECT id FROM t.items WHERE id IN {ids:Array(UInt32)} AND name IN {names:Array(String)} ORDER BY id', { ids: [0, 2, 9], names })).toEqual([{ id: 0 }, { id: 2 }]);
  expect(await rowsOf('SELECT {nothing:Nullable(String)} AS x', { nothing: null })).toEqual([{ x: null }]);
});

test('summary, format, query id and typed errors are as ClickHouse gives them', async () => {
  await client.command({ query: 'CREATE TABLE t.s (id UInt32) ENGINE = MergeTree ORDER BY id' });
  const inserted = await client.insert({ table: 't.s', values: [{ id: 1 }, { id: 2 }], format: 'JSONEachRow' });
  expect(inserted.summary).toMatchObject({ written_rows: '2' });
  const read = await ask('/?query=SELECT+1+FORMAT+CSV&query_id=mine');
  expect([read.headers.get('x-clickhouse-format'), read.headers.get('x-clickhouse-query-id')]).toEqual(['CSV', 'mine']);
  const error = await client.query({ query: 'SELECT * FROM t.nope' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ClickHouseError);
  expect(error).toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' });
});

test.each([
  ['SELEC T 1', 400, 62],
  ['SELECT * FROM nope.nope', 404, 81],
  ['SELECT nope', 404, 47],
  ['SELECT 1; DROP DATABASE t', 400, 62],
  ["SELECT 1 INTO OUTFILE '/tmp/x'", 400, 1],
  ["INSERT INTO t.s FROM INFILE '/etc/passwd' FORMAT CSV", 400, 1],
  ['INSERT INTO t.s FORMAT JSONEachRow {"id":"x"}', 400, 27],
])('%s: %i, code %i', async (body, status, code) => {
  const answer = await ask('/', { method: 'POST', body });
  expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([status, String(code)]);
  expect(await answer.text()).toContain(`Code: ${code}. DB::Exception:`);
});

test('settings are the request\'s own, and unknown ones are refused', async () => {
  expect(await (await ask('/?query=SELECT+getSetting(%27max_threads%27)&max_threads=3')).text()).toBe('3\n');
  expect(await (await ask("/?query=SELECT+getSetting('max_threads')%3D3")).text()).not.toBe('true\n');
  expect((await ask('/?query=SELECT+1&no_such_setting=1')).status).toBe(404);
});

test('wrong credentials are refused, a reader reads and does nothing else', async () => {
  for (const user of [{ user: 'admin', password: 'x' }, { user: 'nobody', password: '' }]) {
    const answer = await ask('/?query=SELECT+1', {}, user);
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([403, '516']);
  }
  expect((await fetch(`${front.url}/?query=SELECT+1`)).status).toBe(403);
  expect(await (await ask('/?query=SELECT+count()+FROM+t.s', {}, FRONT_READER)).text()).toBe('2\n');
  for (const body of ['DROP TABLE t.s', 'INSERT INTO t.s VALUES (9)', "SELECT * FROM file('/etc/passwd', 'LineAsString')", 'SET readonly = 0', 'SELECT 1 SETTINGS readonly = 0']) {
    const answer = await ask('/', { method: 'POST', body }, FRONT_READER);
    expect([body, answer.headers.get('x-clickhouse-exception-code')]).toEqual([body, '164']);
  }
  expect((await ask('/?query=SELECT+1&readonly=0', {}, FRONT_READER)).headers.get('x-clickhouse-exception-code')).toBe(null);
  expect((await ask('/?query=DROP+TABLE+t.s')).headers.get('x-clickhouse-exception-code')).toBe('164');
});

test('bodies and results are compressed both ways; a body that lies about it is refused', async () => {
  await client.command({ query: 'CREATE TABLE t.z (id UInt32) ENGINE = MergeTree ORDER BY id' });
  const zipped = connect({ compression: { request: true, response: true } });
  await zipped.insert({ table: 't.z', values: Array.from({ length: 1000 }, (_, id) => ({ id })), format: 'JSONEachRow' });
  const result = await zipped.query({ query: 'SELECT count() AS n FROM t.z', format: 'JSONEachRow' });
  expect(await result.json()).toEqual([{ n: 1000 }]);
  await zipped.close();
  const answer = await ask('/?query=INSERT+INTO+t.z+FORMAT+CSV', { method: 'POST', body: '1\n', headers: { 'content-encoding': 'gzip' } });
  expect(answer.status).toBe(400);
  expect((await ask('/?query=INSERT+INTO+t.z+FORMAT+CSV', { method: 'POST', body: '1\n', headers: { 'content-encoding': 'zstd' } })).status).toBe(415);
});

test('a compression bomb is cut off at the limit, and nothing of it is inserted', async () => {
  const bomb = gzipSync(Buffer.alloc(80 * 1_048_576, '1\n'));
  const answer = await ask('/?query=INSERT+INTO+t.z+FORMAT+CSV', { method: 'POST', body: bomb, headers: { 'content-encoding': 'gzip' } });
  expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([413, '307']);
  expect(await rowsOf('SELECT count() AS n FROM t.z')).toEqual([{ n: 1000 }]);
});

test('clients that go away in the middle of their INSERT, at any moment of it, insert nothing and end nothing', async () => {
  for (let client = 0; client < 40; client += 1) {
    await new Promise<void>((resolve) => {
      const url = new URL(`${front.url}/?query=INSERT+INTO+t.z+FORMAT+CSV`);
      const request = httpRequest(url, { method: 'POST', auth: `${FRONT_ADMIN.user}:${FRONT_ADMIN.password}`, headers: { 'content-length': '1000' } });
      request.on('error', () => resolve());
      request.write('5001\n5002\n', () => setTimeout(() => request.destroy(new Error('gone')), client % 4));
    });
  }
  expect(await rowsOf('SELECT count() AS n FROM t.z WHERE id > 5000')).toEqual([{ n: 0 }]);
});

test.each(['JSON', 'JSONEachRow', 'CSVWithNames', 'RowBinary', 'Parquet', 'Native', 'Avro'])('a large result in %s is whole and goes back in as it came', async (format) => {
  await client.command({ query: 'CREATE OR REPLACE TABLE t.copy (n UInt64, s String) ENGINE = MergeTree ORDER BY n' });
  const out = await ask(`/?query=${encodeURIComponent(`SELECT number AS n, toString(number) AS s FROM numbers(300000) FORMAT ${format}`)}`);
  expect(out.status).toBe(200);
  const body = await out.arrayBuffer();
  const into = await ask(`/?query=${encodeURIComponent(`INSERT INTO t.copy FORMAT ${format}`)}`, { method: 'POST', body });
  expect([into.status, await into.text()]).toEqual([200, '']);
  expect(await rowsOf('SELECT count() AS rows, sum(n) AS total FROM t.copy')).toEqual([{ rows: 300_000, total: (299_999 * 300_000) / 2 }]);
});

test('an error in the middle of a large result is an error, not half a result', async () => {
  const answer = await ask(`/?query=${encodeURIComponent('SELECT throwIf(number = 2900000) FROM numbers(3000000)')}`);
  expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([500, '395']);
});

test('a deduplication token makes a repeated INSERT one', async () => {
  await client.command({ query: 'CREATE TABLE t.once (id UInt32) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100' });
  const insert = (token: string) => client.insert({ table: 't.once', values: [{ id: 1 }], format: 'JSONEachRow', clickhouse_settings: { insert_deduplication_token: token } });
  await insert('a');
  await Promise.all([insert('a'), insert('a'), insert('b')]);
  expect(await rowsOf('SELECT count() AS n FROM t.once')).toEqual([{ n: 2 }]);
});

test('ping stays quick while the engine is busy, and queries run beside each other', async () => {
  let worst = 0;
  let busy = true;
  const heavy = ask(`/?query=${encodeURIComponent('WITH (SELECT sum(cityHash64(number)) FROM numbers(400000000)) AS x SELECT x')}`).then(() => (busy = false));
  while (busy) {
    const started = performance.now();
    await (await fetch(`${front.url}/ping`)).text();
    worst = Math.max(worst, performance.now() - started);
  }
  await heavy;
  expect(worst).toBeLessThan(500);
});

test('an INSERT in the body alone keeps every byte of its data', async () => {
  await client.command({ query: 'CREATE TABLE t.bytes (s String) ENGINE = MergeTree ORDER BY s' });
  const row = Buffer.concat([Buffer.from('INSERT INTO t.bytes FORMAT RowBinary\n'), Buffer.from([5, 0x00, 0xff, 0x0a, 0x3b, 0x27])]);
  expect((await ask('/', { method: 'POST', body: row })).status).toBe(200);
  expect(await rowsOf('SELECT hex(s) AS h FROM t.bytes')).toEqual([{ h: '00FF0A3B27' }]);
});

test('kill -9: what was answered is there after the restart, on the same data', async () => {
  await client.command({ query: 'CREATE TABLE t.kept (id UInt32) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100' });
  let answered = 0;
  const insert = (id: number) => client.insert({ table: 't.kept', values: [{ id }], format: 'JSONEachRow', clickhouse_settings: { insert_deduplication_token: `row-${id}` } });
  const writing = (async () => {
    for (let id = 0; ; id += 1) {
      await insert(id);
      answered = id + 1;
      if (answered === 20) void front.stop();
    }
  })();
  await expect(writing).rejects.toThrow();
  await client.close();
  front = await startFrontProcess(folder);
  client = connect();
  const [{ n } = { n: -1 }] = await rowsOf<{ n: number }>('SELECT count() AS n FROM t.kept');
  expect(n).toBeGreaterThanOrEqual(answered);
  await insert(0);
  expect(await rowsOf('SELECT count() AS n FROM t.kept WHERE id = 0')).toEqual([{ n: 1 }]);
});

test('SIGTERM: finishes what is at hand and ends with 0', async () => {
  const slow = ask(`/?query=${encodeURIComponent('SELECT sum(cityHash64(number)) AS s FROM numbers(100000000)')}`).then((answer) => answer.status);
  await (await fetch(`${front.url}/ping`)).text();
  const code = await front.stop('SIGTERM');
  expect([await slow, code]).toEqual([200, 0]);
});
