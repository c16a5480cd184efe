import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eventIdentity } from '@stakewatch/contracts';
import { stackFile, testFolder } from '@stakewatch/testing';

const BIN = join(__dirname, '..', 'bin', 'stakewatch.js');
const folder = testFolder().path;
const stack = stackFile();
const company = stack.companies[0] as (typeof stack.companies)[number];
const run = `cli-${Date.now()}`;

/** Runs the built command line against the running stack; the key comes from the environment, as an operator's would. */
const stakewatch = (args: readonly string[], input = '') =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], STAKEWATCH_HOME: folder, STAKEWATCH_GATEWAY_URL: stack.gateway, STAKEWATCH_API_KEY: company.apiKey };
    execFile(process.execPath, [BIN, ...args], { cwd: folder, env }, (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err })).stdin?.end(input);
  });

const event = (id: number, type = 'DEPOSIT') => ({ external_event_id: `${run}-${id}`, player_id: `${run}-p${id}`, event_type: type, amount: 1000, currency: 'XOF', event_timestamp: new Date().toISOString() });
const ndjson = (...events: object[]) => events.map((each) => `${JSON.stringify(each)}\n`).join('');

test('a gzip NDJSON file: what is accepted has a status, what is refused is in the report by line and field', async () => {
  writeFileSync(join(folder, 'events.ndjson.gz'), gzipSync(ndjson(...Array.from({ length: 1200 }, (_, id) => event(id, id === 1100 ? 'NOPE' : 'DEPOSIT')))));
  const { code, out } = await stakewatch(['send', 'events.ndjson.gz', '--json']);
  expect(code).toBe(5);
  expect(JSON.parse(out)).toMatchObject({ complete: true, read: 1200, accepted: 1199, failed: 1, batches: 2, nextLine: 1201, report: 'events.ndjson.gz.failed.ndjson' });
  expect(JSON.parse(readFileSync(join(folder, 'events.ndjson.gz.failed.ndjson'), 'utf8'))).toMatchObject({ line: 1101, external_event_id: `${run}-1100`, error: 'event_type invalide: NOPE' });

  const uuid = eventIdentity(company.id).uuidOf(`${run}-0`);
  const status = await stakewatch(['status', uuid, '--json']);
  expect(JSON.parse(status.out)).toMatchObject({ uuid, status: expect.stringMatching(/^(PENDING|PROCESSED)$/) as string });
  const unknown = await stakewatch(['status', eventIdentity('someone-else').uuidOf('x'), '--json']);
  expect(unknown.code).toBe(3);
  expect(JSON.parse(unknown.err)).toMatchObject({ error: { code: 'not_found' } });
});

test('a CSV of the grouped form from standard input, and an amount that no number can hold', async () => {
  const header = 'event_id,player.id,event.type,event.amount,event.currency,event.timestamp';
  const rows = ['1000', '9007199254740993'].map((amount, id) => `${run}-csv-${id},p,DEPOSIT,${amount},XOF,${new Date().toISOString()}`);
  const { code, out } = await stakewatch(['send', '-', '--json'], [header, ...rows].join('\n'));
  expect(code).toBe(5);
  expect(JSON.parse(out)).toMatchObject({ read: 2, accepted: 1, failed: 1 });
  expect(readFileSync(join(folder, 'stdin.failed.ndjson'), 'utf8')).toContain('"line":3');
});

test('a wrong key is refused at once, and no key is ever printed', async () => {
  writeFileSync(join(folder, 'one.ndjson'), ndjson(event(1)));
  const env = { PATH: process.env['PATH'], STAKEWATCH_HOME: folder, STAKEWATCH_GATEWAY_URL: stack.gateway, STAKEWATCH_API_KEY: `sw_live_000000000000_${'0'.repeat(32)}` };
  const { code, text } = await new Promise<{ code: number; text: string }>((resolve) => {
    execFile(process.execPath, [BIN, 'send', 'one.ndjson'], { cwd: folder, env }, (error, out, err) => resolve({ code: Number(error?.code), text: out + err }));
  });
  expect(code).toBe(3);
  expect(text).toContain('401');
  expect(text).toContain('--from-line 1');
  expect(text).not.toContain('sw_live_');
});
