import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClickHouse } from '@stakewatch/clickhouse';
import { bonusChangeIdOf, transactionDecisionIdOf } from '@stakewatch/contracts';
import { apiOf, stackFile, STAKEWATCH_BIN, testFolder } from '@stakewatch/testing';
import { TRANSACTION_EXAMPLE } from '../transactions/schema';

const stack = stackFile();
const { path: folder } = testFolder();
const [acme, other] = stack.companies as [(typeof stack.companies)[number], (typeof stack.companies)[number]];
const run = Date.now().toString(36);
const call = apiOf(stack, acme.apiKey);
const asOther = apiOf(stack, other.apiKey);


test('a transaction and a bonus change are labelled the moment they were decided, read back, and counted by the views', async () => {
  const id = `label-${run}`;
  expect(await call('POST', '/monitoring/transaction_monitoring/', { ...TRANSACTION_EXAMPLE, transaction_id: id })).toMatchObject({ status: 201 });
  const first = await call('POST', `/decisions/transaction:${id}/label`, { label: 'genuine', by: 'ana' });
  const uuid = transactionDecisionIdOf(acme.id, id);
  expect(first).toMatchObject({ status: 200, body: { id: uuid, type: 'transaction', label: 'genuine', by: 'ana' } });
  expect((await call('POST', `/decisions/${uuid}/label`, { label: 'genuine', by: 'ana' })).body).toEqual(first.body);
  expect(await call('POST', `/decisions/${uuid}/label`, { label: 'fraud', by: 'bo', note: 'chargeback' })).toMatchObject({ status: 200 });

  const change = { txnId: id, type: 'gamblingBonusChange', gamblingBonusChangeInfo: { bonusId: `b-${run}`, amount: 80, status: 'activated' }, applicant: { externalUserId: `p-${run}` } };
  const scored = await call('POST', '/bonus-changes', change);
  expect(scored).toMatchObject({ status: 200, body: { id: bonusChangeIdOf(acme.id, id) } });
  expect(await call('POST', `/decisions/${scored.body.id}/label`, { label: 'unsure' })).toMatchObject({ status: 200, body: { type: 'bonus_change' } });
  expect(await call('GET', `/decisions/bonus:${id}`)).toMatchObject({ status: 200, body: { label: { label: 'unsure' }, answer: scored.body } });

  expect(await call('POST', `/decisions/${uuid}/label`, { label: 'fraud', by: 'bo', note: 'chargeback' })).toMatchObject({ status: 200 });
  const read = await call('GET', `/decisions/${uuid}`);
  expect(read).toMatchObject({ status: 200, body: { outcome: expect.any(String), label: { label: 'fraud', note: 'chargeback' }, labels: [{ label: 'genuine' }, { label: 'fraud' }] } });
  expect((await call('GET', '/decisions?service=transaction-monitor&label=fraud&limit=100')).body.items.map((item: { id: string }) => item.id)).toContain(uuid);
  expect(await asOther('GET', `/decisions/${uuid}`)).toMatchObject({ status: 404 });
  expect(await asOther('POST', `/decisions/${uuid}/label`, { label: 'genuine' })).toMatchObject({ status: 404 });

  const clickhouse = createClickHouse({ ...stack.clickhouse, requestTimeoutMs: 30_000 });
  const rows = await clickhouse.query({ query: 'SELECT label, labels FROM decision_labels_current WHERE company_id = {company:String} AND subject_id = {id:UUID}', query_params: { company: acme.id, id: uuid }, format: 'JSONEachRow', clickhouse_settings: { output_format_json_quote_64bit_integers: 0 } });
  expect(await rows.json()).toEqual([{ label: 'fraud', labels: 2 }]);
  await clickhouse.close();
}, 30_000);

test('a batch of labels is kept at once, found unchanged when it is sent again, and names what it cannot find', async () => {
  const ids = [`bulk-a-${run}`, `bulk-b-${run}`];
  for (const id of ids) expect(await call('POST', '/monitoring/transaction_monitoring/', { ...TRANSACTION_EXAMPLE, transaction_id: id })).toMatchObject({ status: 201 });
  const labels = [...ids.map((id) => ({ id: `transaction:${id}`, label: 'fraud', by: 'ana' })), { id: `transaction:never-${run}`, label: 'fraud' }];
  const uuids = ids.map((id) => transactionDecisionIdOf(acme.id, id));
  expect(await call('POST', '/decisions/labels', { labels })).toMatchObject({ status: 200, body: { labelled: 2, unchanged: 0, failed: 1, results: [{ index: 0, id: uuids[0], status: 'labelled' }, { index: 1, id: uuids[1] }, { index: 2, status: 'failed', code: 'NOT_FOUND' }] } });
  expect((await call('POST', '/decisions/labels', { labels })).body).toMatchObject({ labelled: 0, unchanged: 2, failed: 1 });
  expect((await asOther('POST', '/decisions/labels', { labels })).body).toMatchObject({ labelled: 0, failed: 3 });
  expect(await call('GET', `/decisions/${uuids[1]}`)).toMatchObject({ body: { labels: [{ label: 'fraud', by: 'ana' }] } });
}, 60_000);

test('the command line imports labels from a CSV file and tells faults by line; the same file again changes nothing', async () => {
  const id = `file-${run}`;
  await call('POST', '/monitoring/transaction_monitoring/', { ...TRANSACTION_EXAMPLE, transaction_id: id });
  writeFileSync(join(folder, 'reviewed.csv'), `id,label,note\ntransaction:${id},fraud,"said, twice"\ntransaction:${id}x,fraud,\ntransaction:${id},perhaps,\n`);
  const imported = () => new Promise<{ code: number; out: string }>((resolve) => {
    execFile(process.execPath, [STAKEWATCH_BIN, 'decisions', 'import-labels', 'reviewed.csv', '-c', acme.id, '--json'], { cwd: folder, env: { ...process.env, STAKEWATCH_USER: 'ana' } }, (error, out) => resolve({ code: error === null ? 0 : Number(error.code), out }));
  });
  const first = await imported();
  expect(first.code).toBe(5);
  expect(JSON.parse(first.out)).toMatchObject({ complete: true, read: 3, labelled: 1, unchanged: 0, failed: 2, errors: [{ line: 3, error: expect.stringContaining('id is no decision') }, { line: 4, error: expect.stringContaining('label must be one of') }] });
  expect(JSON.parse((await imported()).out)).toMatchObject({ labelled: 0, unchanged: 1, failed: 2 });
  expect(await call('GET', `/decisions/transaction:${id}`)).toMatchObject({ body: { labels: [{ label: 'fraud', note: 'said, twice', by: 'ana' }] } });
}, 60_000);

test('the command line labels, shows and lists', async () => {
  const stakewatch = async (...args: string[]) => JSON.parse((await promisify(execFile)(process.execPath, [STAKEWATCH_BIN, 'decisions', ...args, '-c', acme.id, '--json'], { env: { ...process.env, STAKEWATCH_USER: 'ana' } })).stdout) as any;
  const id = `cli-${run}`;
  await call('POST', '/monitoring/transaction_monitoring/', { ...TRANSACTION_EXAMPLE, transaction_id: id });
  const said = await stakewatch('label', `transaction:${id}`, '--as', 'fraud', '--note', 'chargeback');
  expect(said).toMatchObject({ id: transactionDecisionIdOf(acme.id, id), type: 'transaction', label: 'fraud', note: 'chargeback', by: 'ana' });
  expect(await stakewatch('show', said.id)).toMatchObject({ id: said.id, labels: [{ label: 'fraud', by: 'ana' }] });
  expect((await stakewatch('list', '--service', 'transaction-monitor', '--label', 'fraud', '--limit', '1')).items).toMatchObject([{ type: 'transaction', label: 'fraud' }]);
  await expect(stakewatch('label', 'transaction:never-sent', '--as', 'fraud')).rejects.toMatchObject({ code: 3, stderr: expect.stringContaining('not_found') });
}, 60_000);
