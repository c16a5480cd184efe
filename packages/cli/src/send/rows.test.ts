import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { csvEvent } from './csv-event';
import { openSource, type Row } from './rows';

async function rowsOf(content: Buffer | string, cut = 7): Promise<{ format: string; rows: Row[]; bytes: number }> {
  const bytes = Buffer.from(content);
  const chunks = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, index) => bytes.subarray(index * cut, (index + 1) * cut));
  const source = await openSource(Readable.from(chunks), { row: csvEvent, ids: ['external_event_id', 'event_id'] });
  const rows: Row[] = [];
  for await (const row of source.rows) rows.push(row);
  return { format: source.format, rows, bytes: source.bytesRead() };
}

const ndjson = '{"external_event_id":"1","amount":9007199254740993}\n\n{broken\r\n[1]\n{"external_event_id":"2"}';
const csv = '\uFEFFexternal_event_id,amount,player_id\n1,5,"a ""b"""\n2,6\n\n3,7,"two\nlines"\n';

test('NDJSON is passed on byte for byte; broken lines are told with their line', async () => {
  const { format, rows } = await rowsOf(ndjson);
  expect(format).toBe('ndjson');
  expect(rows).toMatchObject([
    { line: 1, ok: true, json: '{"external_event_id":"1","amount":9007199254740993}' },
    { line: 3, ok: false, text: '{broken' },
    { line: 4, ok: false, fault: 'not a JSON object' },
    { line: 5, ok: true },
  ]);
});

test('CSV with a byte order mark, quotes, a short row and a cell of two lines', async () => {
  const { format, rows } = await rowsOf(csv);
  expect(format).toBe('csv');
  expect(rows).toMatchObject([
    { line: 2, ok: true, json: '{"external_event_id":"1","amount":5,"player_id":"a \\"b\\""}' },
    { line: 3, ok: false, fault: expect.stringContaining('columns length is 3, got 2') },
    { ok: true, json: '{"external_event_id":"3","amount":7,"player_id":"two\\nlines"}' },
  ]);
});

test.each([['ndjson', ndjson], ['csv', csv]])('gzip is seen by its first bytes: %s', async (format, content) => {
  const packed = gzipSync(content);
  expect(await rowsOf(packed)).toEqual({ ...(await rowsOf(content)), format, bytes: packed.length });
});

test('a broken gzip file is an error, not an end', async () => {
  await expect(rowsOf(gzipSync(ndjson.repeat(500)).subarray(0, 100))).rejects.toThrow(/unexpected end/);
});

test('an empty file has no rows', async () => {
  expect((await rowsOf('')).rows).toEqual([]);
});

test('a CSV file whose first line names no id is another file than meant: no row of it is read', async () => {
  await expect(rowsOf('date,player_id\n2026-01-31,p-1\n')).rejects.toThrow('has no column external_event_id or event_id in its first line');
  await expect(rowsOf('no table at all')).rejects.toThrow('has no column');
  expect((await rowsOf('event_id\n')).rows).toEqual([]);
});

test('a JSON list is told from a table, with what to do', async () => {
  await expect(rowsOf(' [{"external_event_id":"e"}]')).rejects.toThrow('is a JSON list: give one JSON object a line');
});
