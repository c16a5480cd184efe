import { randomUUID } from 'node:crypto';
import { createClient } from '@clickhouse/client';
import type { StackCompany } from '@stakewatch/contracts';
import { apiOf, stackFile, until } from '@stakewatch/testing';

/** Through the API's door on a running stack; each run has players of its own. */
const stack = stackFile();
const [company, other] = stack.companies.filter(({ plan }) => plan !== 'sandbox') as [StackCompany, StackCompany];
const clickhouse = createClient({ url: stack.clickhouse.url, username: stack.clickhouse.user, password: stack.clickhouse.password, database: stack.clickhouse.database });
const call = apiOf(stack, company.apiKey);
const run = randomUUID().slice(0, 8);

afterAll(() => clickhouse.close());


/** The document's request, with ids of this run. */
const request = (txn: string, more: object = {}, applicant: object = {}) => ({
  txnId: `${run}-${txn}`,
  type: 'gamblingBonusChange',
  gamblingBonusChangeInfo: { bonusId: `bonus-${run}`, amount: 80, maxBonusAmount: 100, maxBetAmount: 5, wagerRequirement: 4000, status: 'activated', currencyType: 'crypto', cryptoParams: { attemptId: `attempt-${run}-${txn}`, outputIndex: '123', cryptoChain: 'BTC' }, ...more },
  applicant: { device: { fingerprint: `device-${run}-${txn}` }, ...applicant },
  txnDate: '2024-01-25 14:20:06+0200',
});

test("the document's change is answered in its shape, read by id, and stands in ClickHouse once with the very answer", async () => {
  const player = `p-${run}`;
  const sent = request('doc', {}, { fullName: 'John Smith' });
  const { status, body } = await call('POST', `/players/${player}/bonus-changes`, sent);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    applicantId: expect.stringMatching(/^[0-9a-f]{24}$/),
    scope: 'events',
    externalUserId: player,
    clientId: company.id,
    data: { txnId: sent.txnId, txnDate: '2024-01-25 12:20:06+0000', applicant: { externalUserId: player, fullName: 'John Smith', type: 'individual' }, type: 'gamblingBonusChange', gamblingBonusChangeInfo: sent.gamblingBonusChangeInfo, sourceKey: expect.any(String) },
    score: 0,
    review: { attemptCnt: 0, reviewResult: { reviewAnswer: 'GREEN' }, reviewStatus: 'completed', createDate: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0000$/) },
    scoringResult: { score: 0, dryScore: 0, matchedRules: [], action: 'score', ruleCnt: 0, dryRunRuleCnt: 0, tagScores: [] },
    typedTags: [],
    txnInactive: false,
  });
  expect((await call('POST', `/players/${player}/bonus-changes`, sent)).body).toEqual(body);
  expect(await call('GET', `/bonus-changes/${body.id}`)).toEqual({ status: 200, body });
  expect((await apiOf(stack, other.apiKey)('GET', `/bonus-changes/${body.id}`)).status).toBe(404);
  const rows = await until(
    async () => (await clickhouse.query({ query: 'SELECT answer, review_answer, status, toString(txn_date) AS txn_date FROM bonus_changes WHERE company_id = {company:String} AND id = {id:String}', query_params: { company: company.id, id: body.id }, format: 'JSONEachRow' })).json<Record<string, string>>(),
    (found) => found.length > 0,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ review_answer: 'GREEN', status: 'activated', txn_date: '2024-01-25 12:20:06' });
  expect(JSON.parse(rows[0]?.['answer'] ?? '')).toEqual(body);
});

test('the player in the body; none at all; and what is impossible', async () => {
  const player = `q-${run}`;
  expect((await call('POST', '/bonus-changes', request('body', {}, { externalUserId: player }))).body.externalUserId).toBe(player);
  expect(await call('POST', '/bonus-changes', request('none'))).toMatchObject({ status: 400, body: { status: 'error', code: 'INVALID_BODY', errors: [{ path: 'applicant.externalUserId' }] } });
  expect(await call('POST', '/bonus-changes', request('twice', {}, { externalUserId: player }))).toMatchObject({ status: 400, body: { code: 'IMPOSSIBLE_TRANSITION', errors: [{ path: 'gamblingBonusChangeInfo.status', message: expect.stringContaining('active already') }] } });
  expect((await call('POST', '/bonus-changes', request('cancel', { status: 'canceled' }, { externalUserId: player }))).body.txnInactive).toBe(true);
  expect((await call('POST', '/bonus-changes', request('again', {}, { externalUserId: player }))).body.scoringResult.matchedRules).toMatchObject([{ id: 'bonus-reclaim-after-cancel' }]);
});

test('a bet told as a betting event counts for the bonus, and a ring of three is rejected and listed with its links', async () => {
  const ring = ['a', 'b', 'c'].map((name) => `${name}-${run}`);
  const answers = [];
  for (const player of ring) answers.push((await call('POST', `/players/${player}/bonus-changes`, request(`ring-${player}`, {}, { device: { fingerprint: `shared-${run}` } }))).body);
  expect(answers[2]).toMatchObject({ review: { reviewResult: { reviewAnswer: 'RED' } }, scoringResult: { action: 'reject', matchedRules: expect.arrayContaining([expect.objectContaining({ id: 'bonus-claim-ring' })]) } });
  const links = (await call('GET', `/players/${ring[0]}/links?limit=1`)).body;
  expect(links).toMatchObject({ externalUserId: ring[0], items: [{ externalUserId: ring[1], evidence: [{ type: 'device', value: `shared-${run}` }] }], next: expect.any(String), ring: { members: ring } });
  expect((await call('GET', `/players/${ring[0]}/links?limit=1&after=${encodeURIComponent(links.next)}`)).body).toMatchObject({ items: [{ externalUserId: ring[2] }], next: null });

  const now = Date.now();
  const bonus = `live-${run}`;
  await call('POST', '/bonus-changes', { ...request('live', { bonusId: bonus }, { externalUserId: ring[0] }), txnDate: new Date(now - 60_000).toISOString() });
  await call('POST', '/events', { external_event_id: `bet-${run}`, player_id: ring[0], event_type: 'BET_PLACED', amount: 7, currency: 'EUR', event_timestamp: new Date(now).toISOString() });
  const page = await until(async () => (await call('GET', `/players/${ring[0]}/bonuses`)).body, ({ items }) => items.some((item: any) => item.bonusId === bonus && item.progress.bets > 0));
  expect(page.items.find((item: any) => item.bonusId === bonus)).toMatchObject({ status: 'activated', progress: { bets: 1, wagered: 7, overMaxBets: 1 } });
  const alerts = await until(
    async () => (await clickhouse.query({ query: "SELECT rule_id, settings FROM alerts_current WHERE company_id = {company:String} AND has({players:Array(String)}, player_id) AND status = 'open' AND rule_id IN ('bonus-claim-ring', 'bonus-bet-over-max') ORDER BY rule_id", query_params: { company: company.id, players: ring }, format: 'JSONEachRow' })).json<{ rule_id: string; settings: string }>(),
    // Each of them by itself: alerts lie on different partitions, which are written one after the other.
    (found) => found.length >= 3,
  );
  // The bet is too large for both bonuses that are active; the ring is one.
  expect(alerts.map(({ rule_id }) => rule_id)).toEqual(['bonus-bet-over-max', 'bonus-bet-over-max', 'bonus-claim-ring']);
  expect(JSON.parse(alerts[2]?.settings ?? '')).toMatchObject({ members: ring, links: expect.arrayContaining([expect.objectContaining({ type: 'device', value: `shared-${run}`, members: ring })]) });
  const sizes = await (await clickhouse.query({ query: 'SELECT members, link_types FROM bonus_rings WHERE company_id = {company:String} AND ring_id = {ring:String}', query_params: { company: company.id, ring: ring[0] }, format: 'JSONEachRow' })).json();
  expect(sizes).toMatchObject([{ members: 3, link_types: expect.arrayContaining(['device']) }]);
});

test.each([
  ['bonuses?after=nobody', 'after'],
  ['links?after=nobody', 'after'],
  ['links?limit=0', 'limit'],
  ['links?player=p-1', 'player'],
])('%s is refused', async (path, field) => expect(await call('GET', `/players/p-${run}/${path}`)).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETER', errors: [{ path: field }] } }));

test('the same transaction fifty times at once is decided once', async () => {
  const sent = request('storm', {}, { externalUserId: `s-${run}` });
  const answers = await Promise.all(Array.from({ length: 50 }, () => call('POST', '/bonus-changes', sent)));
  expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
  expect(answers[0]?.status).toBe(200);
});
