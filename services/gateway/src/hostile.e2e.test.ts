import { randomUUID } from 'node:crypto';
import { stackFile, stakewatch } from '@stakewatch/testing';
import { type HostileRequest, hostileRequests } from './test-support/hostile-requests';

const stack = stackFile();
const company = `hostile-${randomUUID().slice(0, 8)}`;
/** As many rules of one company are checked at once; one more is 429. */
const AT_A_TIME = 2;


/** Null when it was answered as it should be, whatever the answer. */
async function faultOf(apiKey: string, { method, path, body }: HostileRequest): Promise<string | null> {
  const response = await fetch(stack.gateway + path, { method: method.toUpperCase(), headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' }, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const told = `${method} ${path.slice(0, 200)} ${body?.slice(0, 300) ?? ''} -> ${response.status} ${text.slice(0, 300)}`;
  if (response.status >= 500 || response.status === 429) return told;
  return response.status === 204 || isJson(text) ? null : told;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function rowsOf(view: string): Promise<number> {
  const { url, user, password, database } = stack.clickhouse;
  // Every column is made: a fault in one would not show in a bare count.
  const body = `SELECT count() AS rows FROM (SELECT toString(tuple(*)) AS row FROM ${view} WHERE company_id = '${company}') WHERE row != '' FORMAT TSV`;
  const response = await fetch(`${url}?database=${database}`, { method: 'POST', headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password }, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${view}: ${text}`);
  return Number(text);
}

/** A company of its own, so that neither its limit nor its rules are anyone else's. */
test('whatever is sent to whichever route, no answer is a fault of ours, and what was taken can be read', async () => {
  await stakewatch('companies', 'create', company, '--name', 'Hostile', '--plan', 'premium', '--requests-per-minute', '1000000');
  const { key } = (await stakewatch('keys', 'create', '--company', company, '--name', 'e2e')) as { key: string };
  const document = (await (await fetch(`${stack.gateway}/openapi.json`)).json()) as Record<string, unknown>;
  let count = 0;
  const requests = [...hostileRequests(document, () => `${company}-${(count += 1)}`)];
  const faults: string[] = [];
  const left = requests.values();
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (const request of left) {
        const fault = await faultOf(key, request);
        if (fault !== null) faults.push(fault);
      }
    }),
  );
  expect(faults).toEqual([]);
  expect(requests.length).toBeGreaterThan(2_000);
  while ((await rowsOf('bonus_changes')) === 0 || (await rowsOf('transactions')) === 0 || (await rowsOf('events')) === 0) await new Promise((resolve) => setTimeout(resolve, 200));
});
