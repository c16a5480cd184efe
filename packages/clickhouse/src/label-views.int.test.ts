import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestStack, testStack } from '@stakewatch/testing';
import type { ClickHouseClient } from '@clickhouse/client';
import { createClickHouse } from './client';
import { type DecisionFilter, DecisionReader } from './decision-reader';
import { migrate } from './migrate';
import type { PageCursor } from './page-cursor';

let stack: TestStack;
let client: ClickHouseClient;
const database = `it_labels_${process.pid}`;

beforeAll(async () => {
  stack = await testStack();
  const options = { ...stack.clickhouse, database };
  await migrate(options);
  client = createClickHouse(options);
  await insertDay();
});
afterAll(async () => {
  await client.command({ query: `DROP DATABASE ${database}` });
  await client.close();
  await stack.close();
});

const insert = (table: string, rows: readonly Record<string, unknown>[]) => client.insert({ table, columns: Object.keys(rows[0] as object) as [string, ...string[]], values: rows, format: 'JSONEachRow' });
const ask = async (query: string) => (await client.query({ query, format: 'JSONEachRow', clickhouse_settings: { output_format_json_quote_64bit_integers: 0 } })).json<Record<string, unknown>>();

let offset = 0;
const place = () => ({ kafka_partition: 0, kafka_offset: (offset += 1) });
const ids = { transactions: Array.from({ length: 4 }, () => randomUUID()), bonus: Array.from({ length: 3 }, () => randomUUID()), alerts: Array.from({ length: 5 }, () => randomUUID()) };
const AT = '2026-03-01 10:00:00';

const transaction = (id: string, code: number, score: number, matched: readonly { rule: string; mode: string; code: number }[], company = 'acme') => ({
  decision_id: id, company_id: company, service: 'transaction-monitor', kind: 'transaction', subject_id: id, player_id: null, outcome: String(code), score, facts: JSON.stringify({ transaction: { transaction_id: id }, matched: matched.map((one) => ({ ...one, score: 10, facts: {} })) }),
  rule_versions: '{"transaction-just-below":1,"transaction-round-amount":2,"transaction-approved":1,"transaction-silent":1}', answer: '{"data":{"comment":[]}}', decided_at: AT, ...place(),
});
const bonus = (id: string, answer: 'GREEN' | 'RED', score: number, matchedRules: readonly { id: string; mode: string }[]) => ({
  decision_id: id, company_id: 'acme', service: 'bonus-scorer', kind: 'bonus.change', subject_id: id, player_id: 'p-1', outcome: answer, score, facts: '{}', rule_versions: '{"bonus-gnoming":1,"bonus-early-withdrawal":1}',
  answer: JSON.stringify({ id: 'x', scoringResult: { matchedRules: matchedRules.map((rule) => ({ title: 't', score: 5, ...rule })) }, data: { txnDate: '2026-03-01 10:00:00+0000' } }), decided_at: AT, ...place(),
});
const alert = (id: string, rule: string, more: Record<string, unknown> = {}) => ({
  alert_id: id, revision: 1, company_id: 'acme', status: 'open', mode: 'live', rule_id: rule, rule_version: 1, rule_title: 't', severity: 'high', score: 40, tags: [], subject_type: 'player', subject: 'p', player_id: 'p', window_start: AT, window_end: AT,
  event_uuid: id, event_timestamp: AT, currency: '', facts: [], settings: '{"limit":5}', event_uuids: [], event_count: 1, event_received_at: AT, decided_at: AT, ...place(), ...more,
});
const ring = (id: string, members: number) => alert(id, 'bonus-claim-ring', { subject_type: 'ring', settings: JSON.stringify({ members: Array.from({ length: members }, (_, index) => `m-${index}`), links: [] }) });
const label = (subject_type: string, subject_id: string | undefined, said: string, second: number, company = 'acme') => ({ label_id: randomUUID(), company_id: company, subject_type, subject_id, label: said, note: `note ${second}`, labelled_by: 'ana', labelled_at: `2026-03-02 00:00:0${second}`, ...place() });
const event = (day: string) => ({ uuid: randomUUID(), company_id: 'acme', external_event_id: 'e', player_id: 'p', event_type: 'DEPOSIT', event_timestamp: `${day} 12:00:00`, received_at: `${day} 12:00:00`, amount: 1, currency: 'XOF', late: false, ...place() });

const JUST_BELOW = { rule: 'transaction-just-below', mode: 'live', code: 450 };
const ROUND = { rule: 'transaction-round-amount', mode: 'dry_run', code: 452 };
const APPROVED = { rule: 'transaction-approved', mode: 'live', code: 200 };

async function insertDay(): Promise<void> {
  const [t0, t1, t2, t3] = ids.transactions as [string, string, string, string];
  const [b0, b1, b2] = ids.bonus as [string, string, string];
  const [velocityOne, velocityTwo, withdrawn, small, large] = ids.alerts as [string, string, string, string, string];
  await insert('decisions', [
    transaction(t0, 450, 35, [JUST_BELOW, ROUND]), transaction(t1, 450, 30, [JUST_BELOW]), transaction(t2, 450, 39, [JUST_BELOW]), transaction(t3, 200, 0, [APPROVED]),
    bonus(b0, 'RED', 120, [{ id: 'bonus-gnoming', mode: 'live' }]), bonus(b1, 'GREEN', 0, [{ id: 'bonus-early-withdrawal', mode: 'dry_run' }]), bonus(b2, 'GREEN', 0, []),
    { ...transaction(randomUUID(), 450, 30, [JUST_BELOW], 'globex') },
    // What nobody can label is not counted either.
    { ...transaction(randomUUID(), 0, 0, []), service: 'velocity-detector', kind: 'event.too_late' },
  ]);
  await insert('alerts', [alert(velocityOne, 'deposit-burst'), alert(velocityTwo, 'deposit-burst', { mode: 'dry_run' }), alert(withdrawn, 'deposit-burst'), alert(withdrawn, 'deposit-burst', { revision: 2, status: 'withdrawn' }), ring(small, 3), ring(large, 7)]);
  await insert('events', [event('2026-03-01'), event('2026-03-01'), event('2026-03-01'), event('2026-03-02')]);
  await insert('decision_labels', [
    label('transaction', t0, 'genuine', 1), label('transaction', t0, 'fraud', 2),
    label('transaction', t1, 'genuine', 1), label('transaction', t2, 'unsure', 1), label('transaction', t3, 'genuine', 1),
    label('bonus_change', b0, 'fraud', 1), label('alert', velocityOne, 'genuine', 1), label('alert', withdrawn, 'fraud', 1), label('alert', large, 'fraud', 1),
    // Another company's label of the same id says nothing here.
    label('transaction', t1, 'fraud', 3, 'globex'),
  ]);
}

test('the newest label stands, and every one is kept', async () => {
  expect(await ask(`SELECT label, note, labelled_by, labelled_at, labels FROM decision_labels_current WHERE company_id = 'acme' AND subject_id = '${ids.transactions[0]}'`)).toEqual([{ label: 'fraud', note: 'note 2', labelled_by: 'ana', labelled_at: '2026-03-02 00:00:02.000000', labels: 2 }]);
  expect(await ask("SELECT count() AS n FROM decision_labels WHERE company_id = 'acme'")).toEqual([{ n: 9 }]);
});

test('how often each rule ran and matched, and how often it was right', async () => {
  const rows = await ask("SELECT source, subject_type, rule_id, mode, ran, matched, hit_rate, fraud, genuine, unsure, precision, false_positive_rate FROM rule_quality WHERE company_id = 'acme' ORDER BY source, subject_type, rule_id, mode");
  const row = (source: string, subject_type: string, rule_id: string, mode: string, ran: number | null, matched: number, hit_rate: number | null, [fraud, genuine, unsure]: [number, number, number], precision: number | null, false_positive_rate: number | null) => ({ source, subject_type, rule_id, mode, ran, matched, hit_rate, fraud, genuine, unsure, precision, false_positive_rate });
  expect(rows).toEqual([
    row('bonus', 'alert', 'bonus-claim-ring', 'live', null, 2, null, [1, 0, 0], 1, 0),
    row('bonus', 'bonus_change', 'bonus-early-withdrawal', 'dry_run', 3, 1, 1 / 3, [0, 0, 0], null, null),
    row('bonus', 'bonus_change', 'bonus-gnoming', 'live', 3, 1, 1 / 3, [1, 0, 0], 1, 0),
    row('transaction', 'transaction', 'transaction-approved', 'live', 4, 1, 0.25, [0, 1, 0], 1, null),
    row('transaction', 'transaction', 'transaction-just-below', 'live', 4, 3, 0.75, [1, 1, 1], 0.5, 0.5),
    row('transaction', 'transaction', 'transaction-round-amount', 'dry_run', 4, 1, 0.25, [1, 0, 0], 1, 0),
    row('transaction', 'transaction', 'transaction-silent', '', 4, 0, 0, [0, 0, 0], null, null),
    row('velocity', 'alert', 'deposit-burst', 'dry_run', 4, 1, 0.25, [0, 0, 0], null, null),
    row('velocity', 'alert', 'deposit-burst', 'live', 4, 1, 0.25, [0, 1, 0], 0, 1),
  ]);
  const daily = await ask("SELECT rule_id, mode, toString(day) AS day, ran, matched, genuine FROM rule_quality_daily WHERE company_id = 'acme' AND source = 'velocity' ORDER BY day, mode");
  expect(daily).toEqual([
    { rule_id: 'deposit-burst', mode: 'dry_run', day: '2026-03-01', ran: 3, matched: 1, genuine: 0 },
    { rule_id: 'deposit-burst', mode: 'live', day: '2026-03-01', ran: 3, matched: 1, genuine: 1 },
    { rule_id: 'deposit-burst', mode: '', day: '2026-03-02', ran: 1, matched: 0, genuine: 0 },
  ]);
});

test('how scores spread, and what they turned out to be', async () => {
  const rows = await ask("SELECT subject_type, outcome, score_from, sum(decisions) AS decisions, sum(fraud) AS fraud, sum(genuine) AS genuine, sum(unsure) AS unsure FROM score_distribution WHERE company_id = 'acme' GROUP BY ALL ORDER BY subject_type, outcome, score_from");
  const row = (subject_type: string, outcome: string, score_from: number, decisions: number, fraud: number, genuine: number, unsure: number) => ({ subject_type, outcome, score_from, decisions, fraud, genuine, unsure });
  expect(rows).toEqual([
    row('alert', 'dry_run', 40, 1, 0, 0, 0), row('alert', 'live', 40, 3, 1, 1, 0),
    row('bonus_change', 'GREEN', 0, 2, 0, 0, 0), row('bonus_change', 'RED', 120, 1, 1, 0, 0),
    row('transaction', '200', 0, 1, 0, 1, 0), row('transaction', '450', 30, 3, 1, 1, 1),
  ]);
});

test('how much of what was decided has a label', async () => {
  const rows = await ask("SELECT subject_type, sum(decisions) AS decided, sum(labelled) AS judged, round(judged / decided, 2) AS covered FROM label_coverage WHERE company_id = 'acme' GROUP BY subject_type ORDER BY subject_type");
  expect(rows).toEqual([
    { subject_type: 'alert', decided: 4, judged: 2, covered: 0.5 },
    { subject_type: 'bonus_change', decided: 3, judged: 1, covered: 0.33 },
    { subject_type: 'transaction', decided: 4, judged: 4, covered: 1 },
  ]);
});

test('how large rings are', async () => {
  expect(await ask("SELECT members, rings, fraud, genuine, unsure FROM bonus_ring_sizes WHERE company_id = 'acme' ORDER BY members")).toEqual([
    { members: 3, rings: 1, fraud: 0, genuine: 0, unsure: 0 },
    { members: 7, rings: 1, fraud: 1, genuine: 0, unsure: 0 },
  ]);
});

test('what one company says does not show with another', async () => {
  expect(await ask("SELECT matched, fraud, genuine FROM rule_quality WHERE company_id = 'globex' AND rule_id = 'transaction-just-below'")).toEqual([{ matched: 1, fraud: 0, genuine: 0 }]);
});

test('every example query of docs/data.md runs', async () => {
  const document = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'data.md'), 'utf8');
  const queries = [...document.matchAll(/```sql\n([^]*?)```/g)].flatMap(([, block]) => (block as string).split(/;\n/)).filter((query) => query.trim() !== '');
  expect(queries.length).toBeGreaterThan(10);
  for (const query of queries) await ask(query.replaceAll('…', randomUUID()));
});

test('the API reads decisions, alerts and labels of the company alone, and pages through decisions', async () => {
  const reader = new DecisionReader(client);
  const [first, second] = ids.transactions as [string, string];
  expect(await reader.find('acme', first)).toMatchObject({ id: first, type: 'transaction', service: 'transaction-monitor', outcome: '450', score: 35, decided_at: '2026-03-01T10:00:00.000000Z', rule_versions: { 'transaction-just-below': 1 }, answer: { data: { comment: [] } } });
  expect(await reader.find('acme', ids.alerts[2] as string)).toMatchObject({ type: 'alert', service: 'velocity-detector', outcome: 'live', facts: { rule_id: 'deposit-burst', status: 'withdrawn', revision: '2' }, rule_versions: { 'deposit-burst': 1 }, answer: null });
  expect(await reader.find('acme', ids.alerts[4] as string)).toMatchObject({ type: 'alert', service: 'bonus-scorer' });
  expect(await reader.find('globex', first)).toBeNull();
  expect(await reader.find('acme', randomUUID())).toBeNull();
  expect(await reader.labels('acme', first)).toEqual([{ label: 'genuine', note: 'note 1', by: 'ana', labelled_at: '2026-03-02T00:00:01.000000Z' }, { label: 'fraud', note: 'note 2', by: 'ana', labelled_at: '2026-03-02T00:00:02.000000Z' }]);
  expect(await reader.labels('acme', second)).toHaveLength(1);

  const named = [...ids.transactions, ...ids.bonus, ...ids.alerts];
  const many = [...named, ...Array.from({ length: 500 }, () => randomUUID())];
  expect([...(await reader.types('acme', many))].sort()).toEqual([...ids.transactions.map((id) => [id, 'transaction']), ...ids.bonus.map((id) => [id, 'bonus_change']), ...ids.alerts.map((id) => [id, 'alert'])].sort());
  expect((await reader.types('globex', many)).size).toBe(0);
  const standing = await reader.standingLabels('acme', many);
  expect(standing.size).toBe(8);
  expect(standing.get(first)).toEqual({ label: 'fraud', note: 'note 2', by: 'ana', labelled_at: '2026-03-02T00:00:02.000000Z' });
  expect([...(await reader.standingLabels('globex', many)).values()]).toMatchObject([{ label: 'fraud', note: 'note 3' }]);

  const seen: string[] = [];
  for (let after: PageCursor | null = null, pages = 0; ; pages += 1) {
    const page: Awaited<ReturnType<DecisionReader['page']>> = await reader.page('acme', { limit: 3, after });
    seen.push(...page.items.map(({ id }) => id));
    if (page.next === null) break;
    after = page.next;
    expect(pages).toBeLessThan(3);
  }
  expect([...seen].sort()).toEqual([...new Set(seen)].sort());
  expect(seen).toHaveLength(8);
  const filtered = async (filter: Partial<DecisionFilter>) => (await reader.page('acme', { limit: 10, after: null, ...filter })).items.map(({ id }) => id);
  expect(await filtered({ service: 'transaction-monitor', outcome: '450', label: 'unsure' })).toEqual([ids.transactions[2]]);
  expect((await filtered({ service: 'bonus-scorer', label: 'none' })).sort()).toEqual([ids.bonus[1], ids.bonus[2]].sort());
  expect(await filtered({ from: '2026-03-01T10:00:00.000001Z' })).toEqual([]);
  expect(await filtered({ from: '2026-03-01T11:00:00+01:00', to: '2026-03-01T10:00:00.000001Z' })).toHaveLength(8);
});

test('bonus changes can be asked for by any column beside decisions that are none', async () => {
  expect(await ask(`SELECT count() AS rows FROM (SELECT formatRow('JSONEachRow', *) AS row FROM bonus_changes WHERE company_id = 'acme') WHERE row != ''`)).toEqual([{ rows: 3 }]);
  expect(await ask(`SELECT count() AS rows FROM bonus_changes WHERE txn_date > '2026-02-01'`)).toEqual([{ rows: 3 }]);
});
