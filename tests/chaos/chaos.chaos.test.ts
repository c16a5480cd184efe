import type { BettingEvent } from '@stakewatch/contracts';
import { type ClickHouseClient, createClickHouse } from '@stakewatch/clickhouse';
import { randomOf } from '@stakewatch/random';
import { naiveAlerts, stackFile } from '@stakewatch/testing';
import { BUILT_IN_RULES } from '@stakewatch/velocity-detector';
import { chaosEvents } from './chaos-events';
import { type ChaosLoad, startLoad } from './chaos-load';
import { premiumCompany } from './decision-callers';
import { killAndAwaitReturn, pause, VICTIMS } from './victims';

/**
 * kill -9 of every part in turn, under load. In the end nothing that was accepted is missing or there twice, the alerts are those
 * that a plain evaluation of the same events finds, and each was delivered. CHAOS_ROUNDS sets how often each part is killed.
 */
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 1);
const SEED = Number(process.env['CHAOS_SEED'] ?? 20261121);
/** Events accepted after a kill before the next one: every kill meets a system at work. */
const PROGRESS = 600;
const SETTLE_MS = 180_000;

const run = `chaos-${Date.now().toString(36)}`;
const stack = stackFile();
const company = premiumCompany(stack);
let clickhouse: ClickHouseClient;
let load: ChaosLoad;

beforeAll(() => {
  clickhouse = createClickHouse({ ...stack.clickhouse, requestTimeoutMs: 30_000 });
});
afterAll(() => clickhouse.close());

async function rows<T>(query: string): Promise<T[]> {
  const answer = await clickhouse.query({ query, query_params: { company: company.id, prefix: `${run}-` }, format: 'JSONEachRow' });
  return answer.json<T>();
}

/** Polls until `settled` gives true: the stores show their state only to those who ask. */
async function until(what: string, settled: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + SETTLE_MS;
  while (!(await settled().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${what} not reached within ${SETTLE_MS / 1000} s`);
    await pause(250);
  }
}

test(`kills every part ${ROUNDS} time(s) under load`, async () => {
  load = startLoad(stack.gateway, company.apiKey, chaosEvents(run, company.id, SEED, Date.now()), randomOf(SEED + 1));
  await until('load', async () => load.accepted.size > 1000);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const victim of VICTIMS) {
      const killed = Date.now();
      const back = await killAndAwaitReturn(victim);
      const goal = load.accepted.size + PROGRESS;
      await until(`${goal} events`, async () => load.accepted.size >= goal);
      process.stderr.write(`round ${round + 1}: ${victim} killed, started again after ${back} ms, ${PROGRESS} more events accepted ${Date.now() - killed} ms after the kill, ${load.accepted.size} in all\n`);
    }
  }
  await load.stop();
  expect(load.accepted.size).toBeGreaterThan(5000);
  expect(load.retries()).toBeGreaterThan(0);
}, 600_000 * Math.max(1, ROUNDS));

test('every accepted event is a row, once', async () => {
  const count = async () => (await rows<Record<string, number | string>>(`SELECT count() AS rows, uniqExact(uuid) AS uuids FROM events WHERE company_id = {company:String} AND startsWith(external_event_id, {prefix:String})`))[0] ?? {};
  const counted = async () => Object.fromEntries(Object.entries(await count()).map(([name, value]) => [name, Number(value)]));
  await until(`${load.accepted.size} rows`, async () => ((await counted())['uuids'] ?? 0) >= load.accepted.size);
  expect(await counted()).toEqual({ rows: load.accepted.size, uuids: load.accepted.size });
  const stored = await rows<{ uuid: string }>(`SELECT uuid FROM events WHERE company_id = {company:String} AND startsWith(external_event_id, {prefix:String})`);
  expect(stored.filter(({ uuid }) => !load.accepted.has(uuid))).toEqual([]);
}, SETTLE_MS + 30_000);

test('every accepted event is answered PROCESSED', async () => {
  const sample = [...load.accepted.keys()].filter((_, index) => index % Math.ceil(load.accepted.size / 100) === 0);
  for (const uuid of sample) {
    await until(`status of ${uuid}`, async () => {
      const response = await fetch(`${stack.gateway}/api/v1/events/${uuid}/status`, { headers: { 'x-api-key': company.apiKey } });
      return response.status === 200 && ((await response.json()) as { status: string }).status === 'PROCESSED';
    });
  }
}, SETTLE_MS + 60_000);

test('the alerts are those that a plain evaluation of the same events finds, and each was delivered', async () => {
  const expected = naiveAlerts(BUILT_IN_RULES.map((definition) => ({ definition })), [...load.accepted.values()] as (BettingEvent & never)[]);
  expect(expected.length).toBeGreaterThan(50);
  const wanted = expected.map(({ alertId }) => alertId).sort();
  const found = async () =>
    (await rows<{ alert_id: string }>(`SELECT alert_id FROM alerts_current WHERE company_id = {company:String} AND startsWith(player_id, {prefix:String}) AND status = 'open' AND mode = 'live'`)).map(({ alert_id }) => alert_id).sort();
  await until(`${wanted.length} alerts`, async () => (await found()).length >= wanted.length).catch(() => undefined);
  const actual = await found();
  expect({ missing: wanted.filter((id) => !actual.includes(id)).length, unexpected: actual.filter((id) => !wanted.includes(id)).length }).toEqual({ missing: 0, unexpected: 0 });

  const delivered = async () =>
    (await rows<{ alert_id: string }>(`SELECT DISTINCT alert_id FROM webhook_attempts WHERE company_id = {company:String} AND outcome = 'delivered'`)).map(({ alert_id }) => alert_id);
  await until('delivery of each alert', async () => {
    const ids = new Set(await delivered());
    return wanted.every((id) => ids.has(id));
  });
}, 2 * SETTLE_MS + 120_000);
