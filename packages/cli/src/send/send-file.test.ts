import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EVENTS } from './events';
import { csvLabel, LABELS, saidBy } from './labels';
import type { Row } from './rows';
import { retryAfterMs } from './send-batch';
import { type FailedRow, sendRows, type SendOptions, SendStopped } from './send-file';

/** A gateway that answers as told and else accepts; ids beginning with bad are refused, like by the real one. */
let answers: { status: number; headers?: Record<string, string> }[] = [];
const batches: string[][] = [];
let limit = 1000;
const gateway = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    const { events } = JSON.parse(Buffer.concat(chunks).toString()) as { events: { external_event_id: string }[] };
    const { status, headers = {} } = answers.shift() ?? { status: events.length > limit ? 413 : 200 };
    response.writeHead(status, headers);
    if (status !== 200) return response.end(JSON.stringify({ code: 'SOME_CODE', message: 'no' }));
    batches.push(events.map(({ external_event_id: id }) => id));
    return response.end(JSON.stringify({ data: { events: events.map(({ external_event_id: id }) => (id.startsWith('bad') ? { uuid: null, external_event_id: id, error: 'amount is missing' } : { uuid: 'u', external_event_id: id })) } }));
  });
});
beforeAll(() => new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => gateway.close(resolve)));
beforeEach(() => {
  answers = [];
  batches.length = 0;
  limit = 1000;
});

async function* rows(...ids: string[]): AsyncIterable<Row> {
  for (const [index, id] of ids.entries()) {
    yield id === 'unreadable' ? { line: index + 2, ok: false, text: id, fault: 'not JSON' } : { line: index + 2, ok: true, json: JSON.stringify({ external_event_id: id }) };
  }
}

function send(ids: string[], over: Partial<SendOptions> & { giveUpMs?: number; interrupted?: AbortSignal } = {}) {
  const failed: FailedRow[] = [];
  const retries: number[] = [];
  const sender = { kind: EVENTS, url: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`, apiKey: 'k', giveUpMs: over.giveUpMs ?? 10_000, interrupted: over.interrupted ?? new AbortController().signal, onRetry: (_: string, waitMs: number) => retries.push(waitMs) };
  return { failed, retries, done: sendRows({ sender, rows: rows(...ids), batchSize: 2, fromLine: 1, onFailed: (row) => failed.push(row), onProgress: () => undefined, ...over }) };
}

test('rows go in batches, in order; refused and unreadable ones are told with their lines', async () => {
  const { done, failed } = send(['a', 'bad-1', 'unreadable', 'b', 'c']);
  expect(await done).toEqual({ read: 5, accepted: 3, unchanged: 0, failed: 2, batches: 2, nextLine: 7 });
  expect(batches).toEqual([['a', 'bad-1'], ['b', 'c']]);
  expect(failed).toEqual([
    { line: 3, id: 'bad-1', error: 'amount is missing', row: '{"external_event_id":"bad-1"}' },
    { line: 4, id: null, error: 'not JSON', row: 'unreadable' },
  ]);
});

test('429 and 503 are waited out as Retry-After says', async () => {
  answers = [{ status: 429, headers: { 'retry-after': '0' } }, { status: 503, headers: { 'retry-after': '0' } }];
  const { done, retries } = send(['a']);
  expect(await done).toMatchObject({ accepted: 1 });
  expect(retries).toEqual([0, 0]);
});

test('a batch that is too large is halved', async () => {
  limit = 1;
  const { done } = send(['a', 'b', 'c']);
  expect(await done).toMatchObject({ accepted: 3 });
  expect(batches).toEqual([['a'], ['b'], ['c']]);
});

test('when it gives up it tells the line to go on from, and going on sends the rest', async () => {
  answers = [{ status: 200 }, { status: 503, headers: { 'retry-after': '60' } }];
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const stopped = await send(ids).done.catch((error: unknown) => error as SendStopped);
  expect(stopped).toBeInstanceOf(SendStopped);
  expect(stopped).toMatchObject({ progress: { accepted: 2, nextLine: 4 }, reason: { exitCode: 4 } });
  expect(await send(ids, { fromLine: 4 }).done).toMatchObject({ read: 3, accepted: 3 });
  expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test('a refusal of the whole is not tried again', async () => {
  answers = [{ status: 401 }];
  await expect(send(['a']).done).rejects.toMatchObject({ reason: { code: 'some_code', exitCode: 3 } });
});

test('Ctrl-C stops it between batches and in a pause', async () => {
  const interruption = new AbortController();
  answers = [{ status: 503, headers: { 'retry-after': '5' } }];
  const { done } = send(['a', 'b'], { interrupted: interruption.signal });
  const stopped = done.catch((error: unknown) => error);
  await new Promise<void>((resolve) => gateway.once('request', (_, response) => response.once('finish', resolve)));
  interruption.abort();
  expect(await stopped).toMatchObject({ name: 'SendStopped', reason: null, progress: { nextLine: 2 } });
});

test('Retry-After is seconds or a date', () => {
  expect(retryAfterMs('45')).toBe(45_000);
  expect(retryAfterMs('Sat, 21 Nov 2026 10:00:10 GMT', Date.UTC(2026, 10, 21, 10))).toBe(10_000);
  expect(retryAfterMs('soon')).toBeNull();
  expect(retryAfterMs(null)).toBeNull();
});

test('what the gateway cannot tell yet is sent again, alone, until it can; what changed nothing is counted apart', async () => {
  const asked: string[][] = [];
  const seen = new Map<string, number>();
  const labels = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const sent = (JSON.parse(Buffer.concat(chunks).toString()) as { labels: { id: string }[] }).labels;
      asked.push(sent.map(({ id }) => id));
      const results = sent.map(({ id }, index) => {
        seen.set(id, (seen.get(id) ?? 0) + 1);
        if (id === 'gone' || (id === 'late' && seen.get(id) === 1)) return { index, status: 'failed', id, code: id === 'gone' ? 'NOT_FOUND' : 'UNAVAILABLE', errors: [{ path: 'id', message: 'is not there' }] };
        return { index, status: id === 'old' ? 'unchanged' : 'labelled', id };
      });
      response.writeHead(200).end(JSON.stringify({ results }));
    });
  });
  await new Promise<void>((resolve) => labels.listen(0, '127.0.0.1', resolve));
  async function* file(): AsyncIterable<Row> {
    for (const [index, id] of ['new', 'late', 'gone', 'old'].entries()) yield { line: index + 2, ok: true, json: JSON.stringify({ id }) };
  }
  const sender = { kind: LABELS, url: `http://127.0.0.1:${(labels.address() as AddressInfo).port}`, apiKey: 'k', giveUpMs: 60_000, interrupted: new AbortController().signal, onRetry: () => undefined };
  const failed: FailedRow[] = [];
  const done = await sendRows({ sender, rows: saidBy(file(), 'ana'), batchSize: 10, fromLine: 1, onFailed: (row) => failed.push(row), onProgress: () => undefined });
  labels.closeAllConnections();
  await new Promise((resolve) => labels.close(resolve));
  expect(done).toMatchObject({ read: 4, accepted: 3, unchanged: 1, failed: 1 });
  expect(asked).toEqual([['new', 'late', 'gone', 'old'], ['late']]);
  expect(failed).toEqual([{ line: 4, id: 'gone', error: 'id is not there', row: '{"by":"ana","id":"gone"}' }]);
});

test('a CSV row as a label: empty cells are absent, and no column reaches a prototype', () => {
  expect(JSON.parse(JSON.stringify(csvLabel({ id: 'transaction:1', label: 'fraud', note: '', by: 'bo' })))).toEqual({ id: 'transaction:1', label: 'fraud', by: 'bo' });
  const odd = csvLabel(Object.fromEntries([['__proto__', 'fraud'], ['id', 'a']]));
  expect(Object.getPrototypeOf(odd)).toBeNull();
  expect(Object.keys(odd)).toEqual(['__proto__', 'id']);
});
