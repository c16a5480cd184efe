import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stackFile } from '@stakewatch/testing';
import Redis from 'ioredis';
import { premiumCompany } from './decision-callers';
import { killAndAwaitReturn, pause } from './victims';

/** Redis loses everything and `stakewatch rebuild` is given: what was answered is answered the same, and histories count on where they stood. */
const stack = stackFile();
const company = premiumCompany(stack);
const run = `rebuild-${Date.now().toString(36)}`;
const TRANSACTIONS = '/api/v1/monitoring/transaction_monitoring/';
const CHANGES = '/api/v1/bonus-changes';

/** Repeats the request until it is answered with something else than "come again"; the test's own timeout bounds it. */
async function answered(path: string, body: object): Promise<any> {
  for (;;) {
    const response = await fetch(stack.gateway + path, { method: 'POST', headers: { 'X-API-Key': company.apiKey, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    const answer = (await response.json()) as unknown;
    if (response.status < 300) return answer;
    if (response.status < 500 && response.status !== 429) throw new Error(`${path} was answered ${response.status} ${JSON.stringify(answer)}`);
    await pause(200);
  }
}

const failure = (number: number) => ({
  transaction_id: `${run}-${number}`, amount: 500, currency: 'USD', transaction_type: 'transfer', account_type: 'individual', status: 'failed',
  origin_account: { account_number: run, bank_code: '001' },
  destination_account: { account_number: `${run}-payee`, bank_code: '001' },
  customer_details: { customer_name: 'Jane Doe', customer_email: `${run}@example.com` },
  additional_info: { ip_address: '192.168.1.1', location: 'San Francisco, CA', transaction_description: 'rebuild' },
});
const claim = (player: string) => ({
  txnId: `${run}-${player}`,
  type: 'gamblingBonusChange',
  gamblingBonusChangeInfo: { bonusId: run, amount: 80, status: 'activated' },
  applicant: { externalUserId: `${run}-${player}`, device: { fingerprint: run } },
});

test('after FLUSHALL and a rebuild of all services a repeated request gets its first answer, and what came before still counts', async () => {
  const failures = [await answered(TRANSACTIONS, failure(1)), await answered(TRANSACTIONS, failure(2))];
  const claims = [await answered(CHANGES, claim('a')), await answered(CHANGES, claim('b'))];

  const redis = new Redis(stack.redis);
  await redis.flushall();
  redis.disconnect();
  const cli = join(__dirname, '..', '..', 'packages', 'cli', 'bin', 'stakewatch.js');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'rebuild', '--service', 'all', '--yes', '--json']);
  const { cleared, forgotten } = JSON.parse(stdout) as { cleared: { service: string }[]; forgotten: number };
  expect(new Set(cleared.map(({ service }) => service))).toEqual(new Set(['velocity-detector', 'transaction-monitor', 'bonus-scorer']));
  expect(forgotten).toBeGreaterThan(0);
  // What the services still had in memory is gone, too: all they know from here on comes from the log.
  await Promise.all(['transaction-monitor', 'bonus-scorer'].map(killAndAwaitReturn));

  expect([await answered(TRANSACTIONS, failure(1)), await answered(TRANSACTIONS, failure(2))]).toEqual(failures);
  expect([await answered(CHANGES, claim('a')), await answered(CHANGES, claim('b'))]).toEqual(claims);
  expect(await answered(TRANSACTIONS, failure(3))).toMatchObject({ data: { activity_code: '457' } });
  expect(await answered(CHANGES, claim('c'))).toMatchObject({ review: { reviewResult: { reviewAnswer: 'RED' } }, scoringResult: { matchedRules: expect.arrayContaining([expect.objectContaining({ id: 'bonus-claim-ring' })]) } });
}, 240_000);
