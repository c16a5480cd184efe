import { createClickHouse, type ClickHouseClient } from '@stakewatch/clickhouse';
import { stackFile } from '@stakewatch/testing';
import { DecisionCallers, premiumCompany, storedAnswers } from './decision-callers';

/**
 * kill -9 of each part that a bonus change's decision passes, under load. Players activate and end bonuses, many on shared devices, so that
 * scores rest on evidence that grows while parts die. In the end every change was answered, all answers to one txnId are the same, and
 * ClickHouse has each once, with the very answer. CHAOS_ROUNDS sets how often each part is killed.
 */
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 1);
const VICTIMS = ['bonus-scorer', 'gateway', 'history-writer', 'redis', 'kafka'] as const;
const SETTLE_MS = 180_000;
const PATH = '/api/v1/bonus-changes';
const PLAYERS_A_CALLER = 4;
const ENDS = ['finished', 'canceled', 'lost', 'expired'] as const;

interface Answer {
  readonly id: string;
  readonly score: number;
  readonly review: { readonly reviewResult: { readonly reviewAnswer: string } };
}

const run = `chaos-${Date.now().toString(36)}`;
const stack = stackFile();
const company = premiumCompany(stack);
let callers: DecisionCallers;
let clickhouse: ClickHouseClient;

beforeAll(() => {
  clickhouse = createClickHouse({ ...stack.clickhouse, requestTimeoutMs: 30_000 });
});
afterAll(() => clickhouse.close());

/** Each of a caller's players claims one bonus after the other and ends it; a bonus is claimed by players of every caller. */
function change(txnId: string, number: number, count: number): string {
  const player = count % PLAYERS_A_CALLER;
  const step = Math.floor(count / PLAYERS_A_CALLER);
  const bonus = Math.floor(step / 2);
  return JSON.stringify({
    txnId,
    type: 'gamblingBonusChange',
    gamblingBonusChangeInfo: { bonusId: `${run}-b${bonus}`, amount: 80, maxBonusAmount: 100, maxBetAmount: 5, wagerRequirement: 4000, status: step % 2 === 0 ? 'activated' : ENDS[(bonus + number) % ENDS.length] },
    // Two of four players have a device of their own; the others share one with those of other callers.
    applicant: { externalUserId: `${run}-${number}-${player}`, device: { fingerprint: player < 2 ? `${run}-own-${number}-${player}` : `${run}-shared-${player}-${number % 3}` } },
  });
}

test(`kills every part ${ROUNDS} time(s) under load, and every caller is answered the same`, async () => {
  callers = new DecisionCallers({
    gateway: stack.gateway,
    apiKey: company.apiKey,
    request(number, count) {
      const id = `${run}-${number}-${count}`;
      return { id, path: PATH, body: change(id, number, count) };
    },
  });
  await callers.underKills(ROUNDS, VICTIMS);
  const { answers, retries, differing } = callers;
  expect(answers.size).toBeGreaterThan(100);
  expect(retries).toBeGreaterThan(0);
  expect(differing).toEqual([]);
  const scored = [...answers.values()].map((text) => JSON.parse(text) as Answer);
  expect(new Set(scored.map(({ review }) => review.reviewResult.reviewAnswer))).toEqual(new Set(['GREEN', 'RED']));
  expect(new Set(scored.map(({ score }) => score)).size).toBeGreaterThan(2);
}, 600_000 * Math.max(1, ROUNDS));

test('every change is in ClickHouse once, with the very answer that its caller got', async () => {
  const { answers } = callers;
  const stored = await storedAnswers(clickhouse, { table: 'bonus_changes', id: 'txn_id', companyId: company.id, prefix: `${run}-` }, answers.size, SETTLE_MS);
  expect(stored).toHaveLength(answers.size);
  expect(stored.filter(({ id, answer }) => answers.get(id) !== answer).map(({ id }) => id)).toEqual([]);
}, SETTLE_MS + 30_000);

test('a change is read by its id as it was answered', async () => {
  for (const answer of [...callers.answers.values()].filter((_, index) => index % 20 === 0)) expect(await callers.ask('GET', `${PATH}/${(JSON.parse(answer) as Answer).id}`)).toBe(answer);
}, SETTLE_MS);
