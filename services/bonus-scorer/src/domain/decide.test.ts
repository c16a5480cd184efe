import { change, DEFAULT_POLICY, days, signal, T0 } from '../testing/values';
import type { BonusChange } from './inputs';
import { decideChange } from './decide';
import { observeSignal } from './observe';
import { policyOf } from './policy';
import { MemoryRows } from './rows';
import { HOUR } from './time';

const record = (ruleId: string, more: object) => ({ companyId: 'acme', ruleId, version: 3, mode: 'live' as const, settings: {}, updatedAt: '2026-01-01T00:00:00Z', updatedBy: 'test', ...more });

function setUp(policy = DEFAULT_POLICY) {
  const rows = new MemoryRows();
  const decide = (command: BonusChange) => decideChange(rows, command, policy);
  const decided = (command: BonusChange) => {
    const outcome = decide(command);
    if (outcome.kind !== 'decided') throw new Error(outcome.refusal.message);
    return outcome;
  };
  const observe = (...signals: ReturnType<typeof signal>[]) => signals.flatMap((each) => observeSignal(rows, 'acme', each, policy));
  return { rows, decide, decided, observe, matched: (command: BonusChange) => decided(command).answer.scoringResult.matchedRules.map(({ id }) => id) };
}

test("the document's example is answered in the document's shape", () => {
  const { decided } = setUp();
  const at = Date.UTC(2024, 0, 25, 12, 20, 6) * 1000;
  const receivedAt = Date.UTC(2024, 0, 26, 9, 29, 43) * 1000;
  const command: BonusChange = {
    companyId: 'acme',
    uuid: '11111111-1111-5111-8111-111111111111',
    receivedAt,
    at,
    queuedMs: 26,
    request: {
      txnId: 'eaub8yhi6e45s3nx0pgpl',
      type: 'gamblingBonusChange',
      gamblingBonusChangeInfo: { bonusId: 'test-bonus-id', amount: 80, maxBonusAmount: 100, maxBetAmount: 5, wagerRequirement: 4000, status: 'activated' },
      applicant: { externalUserId: 'dash-2385a803-1cce-46f6-a9f8-675957c0da32', fullName: 'John Smith', type: 'individual', device: { fingerprint: 'wuzeu5iv89' } },
      sourceKey: '123',
    },
  };
  const { answer } = decided(command);
  expect(answer).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    applicantId: expect.stringMatching(/^[0-9a-f]{24}$/),
    scope: 'events',
    externalUserId: 'dash-2385a803-1cce-46f6-a9f8-675957c0da32',
    clientId: 'acme',
    data: {
      txnId: 'eaub8yhi6e45s3nx0pgpl',
      txnDate: '2024-01-25 12:20:06+0000',
      applicant: { externalUserId: 'dash-2385a803-1cce-46f6-a9f8-675957c0da32', fullName: 'John Smith', type: 'individual', device: { fingerprint: 'wuzeu5iv89' } },
      type: 'gamblingBonusChange',
      gamblingBonusChangeInfo: { bonusId: 'test-bonus-id', amount: 80, maxBonusAmount: 100, maxBetAmount: 5, wagerRequirement: 4000, status: 'activated' },
      sourceKey: '123',
    },
    score: 0,
    review: {
      reviewId: expect.stringMatching(/^[A-Za-z]{5}$/),
      attemptId: expect.stringMatching(/^[A-Za-z]{5}$/),
      attemptCnt: 0,
      elapsedSincePendingMs: 26,
      elapsedSinceQueuedMs: 26,
      createDate: '2024-01-26 09:29:43+0000',
      reviewResult: { reviewAnswer: 'GREEN' },
      reviewStatus: 'completed',
    },
    createdAt: '2024-01-26 09:29:43+0000',
    scoringResult: { score: 0, dryScore: 0, matchedRules: [], unmatchedRules: expect.any(Array), action: 'score', ruleCnt: 0, dryRunRuleCnt: 0, tagScores: [] },
    typedTags: [],
    txnInactive: false,
  });
  expect(Object.keys(answer)).toEqual(['id', 'applicantId', 'scope', 'externalUserId', 'clientId', 'data', 'score', 'review', 'createdAt', 'scoringResult', 'typedTags', 'txnInactive']);
});

test('the applicant id belongs to the player, the id to the transaction', () => {
  const { decided } = setUp();
  const first = decided(change('p1', 'activated', T0)).answer;
  const second = decided(change('p1', 'canceled', T0 + HOUR)).answer;
  expect(second.applicantId).toBe(first.applicantId);
  expect(second.id).not.toBe(first.id);
  expect(second.txnInactive).toBe(true);
});

test.each([
  [[], 'canceled', /never activated/],
  [[], 'finished', /never activated/],
  [['activated'], 'activated', /active already/],
  [['activated', 'finished'], 'canceled', /from finished to canceled/],
  [['activated', 'lost'], 'activated', /final/],
  [['activated', 'expired'], 'finished', /from expired to finished/],
] as const)('after %j, %s is impossible and leaves nothing behind', (before, status, message) => {
  const { decide, rows } = setUp();
  before.forEach((each, index) => expect(decide(change('p1', each, T0 + index)).kind).toBe('decided'));
  const known = JSON.stringify([...rows.list('bonus|p1')]);
  const outcome = decide(change('p1', status, T0 + HOUR));
  expect(outcome).toMatchObject({ kind: 'rejected', refusal: { path: 'gamblingBonusChangeInfo.status', message: expect.stringMatching(message) } });
  expect(JSON.stringify([...rows.list('bonus|p1')])).toBe(known);
});

test.each(['canceled', 'lost', 'finished', 'expired'] as const)('an active bonus can be %s', (status) => {
  const { decided } = setUp();
  decided(change('p1', 'activated', T0));
  expect(decided(change('p1', status, T0 + HOUR)).answer.review.reviewResult.reviewAnswer).toBe('GREEN');
});

test('an amount above maxBonusAmount is rejected; at it, it is not', () => {
  const { decided } = setUp();
  expect(decided(change('p1', 'activated', T0, { amount: 101, maxBonusAmount: 100 })).answer).toMatchObject({ review: { reviewResult: { reviewAnswer: 'RED' } }, scoringResult: { action: 'reject', score: 100, ruleCnt: 1 } });
  expect(decided(change('p2', 'activated', T0, { amount: 100, maxBonusAmount: 100 })).answer.review.reviewResult.reviewAnswer).toBe('GREEN');
});

test('claiming again after a cancel is seen', () => {
  const { decided, matched } = setUp();
  decided(change('p1', 'activated', T0));
  decided(change('p1', 'canceled', T0 + HOUR));
  expect(matched(change('p1', 'activated', T0 + 2 * HOUR))).toEqual(['bonus-reclaim-after-cancel']);
});

test('a bet above maxBetAmount while the bonus is active is told at once and counts when it is finished', () => {
  const { decided, observe, matched } = setUp();
  decided(change('p1', 'activated', T0, { maxBetAmount: 5, wagerRequirement: 10 }));
  expect(observe(signal('p1', T0 - HOUR, { amount: 50 }), signal('p1', T0 + HOUR, { amount: 5 }))).toEqual([]);
  const over = signal('p1', T0 + 2 * HOUR, { amount: 6 });
  expect(observe(over, over)).toMatchObject([{ rule_id: 'bonus-bet-over-max', subject: 'p1', event_uuid: over.event_uuid }]);
  expect(matched(change('p1', 'finished', T0 + 3 * HOUR))).toEqual(['bonus-bet-over-max']);
});

test('wagering counts bets in the span of the bonus, whatever order bets and changes come in, and each once', () => {
  const bet = (hours: number, amount: number) => signal('p1', T0 + hours * HOUR, { amount });
  const bets = [bet(-1, 100), bet(1, 10), bet(2, 20), bet(5, 1000)];
  const orders = [
    ['activated', ...bets, 'finished'],
    [...bets, 'activated', 'finished'],
    ['activated', 'finished', ...bets],
    ['activated', bets[2], bets[1], bets[1], 'finished', bets[3], bets[0]],
    ['activated', bets[3], 'finished', bets[1], bets[0], bets[2]],
  ];
  for (const order of orders) {
    const { decide, observe, rows } = setUp();
    for (const step of order) {
      if (step === 'activated') decide(change('p1', 'activated', T0, { wagerRequirement: 100 }));
      else if (step === 'finished') decide(change('p1', 'finished', T0 + 3 * HOUR));
      else if (typeof step === 'object') observe(step);
    }
    expect(rows.get('bonus|p1', 'welcome')).toMatchObject({ progress: { bets: 2, wagered: 30 } });
  }
});

test('a withdrawal before the requirement is met is told; after it, it is not', () => {
  const early = setUp();
  early.decided(change('p1', 'activated', T0, { wagerRequirement: 100 }));
  expect(early.observe(signal('p1', T0 + HOUR, { amount: 99 }), signal('p1', T0 + 2 * HOUR, { event_type: 'WITHDRAWAL', amount: 50 }))).toMatchObject([{ rule_id: 'bonus-early-withdrawal' }]);
  const met = setUp();
  met.decided(change('p1', 'activated', T0, { wagerRequirement: 100 }));
  expect(met.observe(signal('p1', T0 + HOUR, { amount: 100 }), signal('p1', T0 + 2 * HOUR, { event_type: 'WITHDRAWAL', amount: 50 }))).toEqual([]);
});

test.each([
  ['device', 'bonus-shared-device-claim', { device: 'd1' }],
  ['phone', 'bonus-shared-phone-claim', { phone: '+221770000000' }],
] as const)('one bonus claimed by two players of one %s is seen', (_kind, rule, shared) => {
  const { decided, matched } = setUp();
  decided(change('p1', 'activated', T0, {}, shared));
  expect(matched(change('p2', 'activated', T0 + days(2), { bonusId: 'other' }, shared))).toEqual([]);
  expect(matched(change('p3', 'activated', T0 + days(2), {}, shared))).toEqual([rule]);
});

test('one bonus claimed at four players of one IP is seen, at three it is not', () => {
  const { decided, matched } = setUp();
  for (const player of ['p1', 'p2']) decided(change(player, 'activated', T0, {}, { ip: '10.0.0.1' }));
  expect(matched(change('p3', 'activated', T0 + HOUR, {}, { ip: '10.0.0.1' }))).toEqual([]);
  expect(matched(change('p4', 'activated', T0 + HOUR, {}, { ip: '10.0.0.1' }))).toEqual(['bonus-shared-ip-claim']);
});

test('an address is one however it is written, and answered as it was sent', () => {
  const { decided, matched } = setUp();
  for (const [player, ip] of [['p1', '2001:db8::1'], ['p2', '2001:DB8::1'], ['p3', '2001:db8:0::1']] as const) {
    expect(decided(change(player, 'activated', T0, {}, { ip })).answer.data).toMatchObject({ applicant: { ip } });
  }
  expect(matched(change('p4', 'activated', T0 + HOUR, {}, { ip: '2001:0db8::0001' }))).toEqual(['bonus-shared-ip-claim']);
});

test('crypto: one wallet that claims twice is seen', () => {
  const { decided, matched } = setUp();
  const crypto = { currencyType: 'crypto' as const, cryptoParams: { attemptId: 'cool_attempt_ID', outputIndex: '123', cryptoChain: 'BTC' } };
  decided(change('p1', 'activated', T0, crypto));
  expect(matched(change('p2', 'activated', T0 + HOUR, crypto))).toEqual(['bonus-shared-payment-claim']);
  expect(matched(change('p3', 'activated', T0 + HOUR, { ...crypto, cryptoParams: { ...crypto.cryptoParams, cryptoChain: 'ETH' } }))).toEqual([]);
});

test('opposite bets of linked accounts are told; of strangers, they are not', () => {
  const game = (player: string, device: string, odds: number, amount: number, minutes: number) => signal(player, T0 + minutes * 60_000_000, { device_id: device, game_id: 'm1', game_odds: odds, amount });
  const linked = setUp();
  linked.decided(change('p1', 'activated', T0));
  expect(linked.observe(game('p1', 'd1', 1.9, 100, 1), game('p2', 'd1', 1.95, 98, 2))).toMatchObject([{ rule_id: 'bonus-opposite-bets', subject: 'p1' }]);
  expect(linked.matched(change('p1', 'finished', T0 + HOUR))).toEqual(['bonus-opposite-bets']);
  const strangers = setUp();
  strangers.decided(change('p1', 'activated', T0));
  expect(strangers.observe(game('p1', 'd1', 1.9, 100, 1), game('p2', 'd2', 1.95, 98, 2))).toEqual([]);
  const sameSide = setUp();
  sameSide.decided(change('p1', 'activated', T0));
  expect(sameSide.observe(game('p1', 'd1', 1.3, 100, 1), game('p2', 'd1', 1.3, 100, 2))).toEqual([]);
});

test('low-risk wagering: minimal odds, and both sides of one event', () => {
  const low = setUp();
  low.decided(change('p1', 'activated', T0, { wagerRequirement: 100 }));
  low.observe(...[1, 2, 3, 4, 5].map((hour) => signal('p1', T0 + hour * HOUR, { game_odds: 1.05, game_id: `m${hour}` })));
  expect(low.matched(change('p1', 'finished', T0 + 9 * HOUR))).toEqual(['bonus-low-risk-wagering']);
  const both = setUp();
  both.decided(change('p1', 'activated', T0, { wagerRequirement: 100 }));
  both.observe(...[1, 2, 3].flatMap((hour) => [2.0, 1.95].map((odds, index) => signal('p1', T0 + hour * HOUR + index, { game_odds: odds, game_id: `m${hour}` }))));
  expect(both.matched(change('p1', 'finished', T0 + 9 * HOUR))).toEqual(['bonus-low-risk-wagering']);
});

test('deposit, bonus, withdrawal at the edge of the requirement', () => {
  const run = (bet: number) => {
    const { decided, observe, matched } = setUp();
    observe(signal('p1', T0 - HOUR, { event_type: 'DEPOSIT', amount: 100 }));
    decided(change('p1', 'activated', T0, { wagerRequirement: 100 }));
    observe(signal('p1', T0 + HOUR, { amount: bet }), signal('p1', T0 + 2 * HOUR, { event_type: 'WITHDRAWAL', amount: 100 }));
    return matched(change('p1', 'finished', T0 + 3 * HOUR));
  };
  expect(run(102)).toEqual(['bonus-requirement-edge']);
  expect(run(130)).toEqual([]);
});

test('gnoming: new accounts of one device that claim and stop', () => {
  const { decided, matched } = setUp();
  decided(change('g1', 'activated', T0, { bonusId: 'a' }, { device: 'd1' }));
  decided(change('g2', 'activated', T0 + days(5), { bonusId: 'b' }, { device: 'd1' }));
  expect(matched(change('g3', 'activated', T0 + days(5.5), { bonusId: 'c' }, { device: 'd1' }))).toEqual([]);
  expect(matched(change('g4', 'activated', T0 + days(8), { bonusId: 'd' }, { device: 'd1' }))).toEqual(['bonus-gnoming']);
});

test('dry-run rules count in dryScore and dryRunRuleCnt only, off rules not at all, and the threshold is the company\'s', () => {
  const run = (records: ReturnType<typeof record>[]) => {
    const { decided } = setUp(policyOf(records).policy);
    decided(change('p1', 'activated', T0));
    decided(change('p1', 'canceled', T0 + 1));
    return decided(change('p1', 'activated', T0 + 2)).answer;
  };
  expect(run([record('bonus-reclaim-after-cancel', { mode: 'dry_run' })]).scoringResult).toMatchObject({ score: 0, dryScore: 50, ruleCnt: 0, dryRunRuleCnt: 1, tagScores: [], matchedRules: [{ mode: 'dry_run', version: 4 }] });
  expect(run([record('bonus-reclaim-after-cancel', { mode: 'off' })]).scoringResult).toMatchObject({ score: 0, dryScore: 0, matchedRules: [] });
  expect(run([record('bonus-threshold', { settings: { threshold: 50 } })]).review.reviewResult.reviewAnswer).toBe('RED');
  expect(run([record('bonus-threshold', { settings: { threshold: 51 } })]).review.reviewResult.reviewAnswer).toBe('GREEN');
  expect(run([record('bonus-reclaim-after-cancel', { settings: { score: 100 } })])).toMatchObject({ score: 100, review: { reviewResult: { reviewAnswer: 'RED' } } });
});

test("a company's own rule runs beside the built-in ones, and one that does not type-check is left out and told", () => {
  const own = (when: string) => record('big-crypto', { definition: { kind: 'bonus', id: 'big-crypto', version: 1, title: 'Big crypto', on: ['activated'], when, settings: { limit: 50 }, outcome: { severity: 'low', score: 7, tags: ['own'], action: 'score', alert: false }, examples: [] } });
  const { decided } = setUp(policyOf([own('currencyType == "crypto" && amount > limit')]).policy);
  expect(decided(change('p1', 'activated', T0, { currencyType: 'crypto' })).answer.scoringResult).toMatchObject({ score: 7, tagScores: [{ tag: 'own', score: 7 }] });
  expect(policyOf([own('amount > nothing')]).unfit).toMatchObject([{ ruleId: 'big-crypto', errors: [{ path: 'when' }] }]);
});

test('every built-in rule type-checks, and its examples hold', () => {
  expect(policyOf([]).unfit).toEqual([]);
  expect(DEFAULT_POLICY.rules.length).toBe(14);
});
