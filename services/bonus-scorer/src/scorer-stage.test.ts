import { bonusChangeIdOf, type BonusInput, eventIdentity, replayHeaders, TOPICS } from '@stakewatch/contracts';
import { createAvroCodec, createDeadLetters, createMemorySchemaIds, createRequestClient, MemoryLog, MemoryStateStore, StateBudget, statefulHandler, type StatefulOptions } from '@stakewatch/runtime';
import { bettingEvent } from '@stakewatch/testing';
import { activityStage } from './activity-stage';
import { policyOf } from './domain/policy';
import type { BonusQuery } from './domain/queries';
import { scorerStage } from './scorer-stage';
import { change, DEFAULT_POLICY, T0 } from './testing/values';

const HOUR = 3_600_000_000;

async function setUp(groupOf: (company: string) => readonly string[] = () => [], policy = DEFAULT_POLICY) {
  const log = new MemoryLog(2);
  const codec = createAvroCodec(createMemorySchemaIds());
  await Promise.all((['bonus-change', 'betting-event', 'decision', 'alert', 'processing-progress'] as const).map((name) => codec.register(name)));
  const store = new MemoryStateStore();
  const producer = await log.producer();
  const common = {
    store,
    producer,
    codec,
    deadLetters: createDeadLetters(producer, 'bonus-scorer', () => undefined),
    budget: new StateBudget(1 << 24),
    admin: await log.admin(),
    rebuildWindowMs: 1000,
    observer: { onStateLost: () => undefined, onFoldFailed: (_record: unknown, error: unknown) => fail(error), onPhase: () => undefined, onResident: () => undefined },
    nowMicros: () => T0,
  };
  const fail = (error: unknown): never => {
    throw error;
  };
  const scorer = async (overrides: Partial<StatefulOptions<never, never>> = {}) =>
    log.consume({ group: 'bonus-scorer', inputs: [{ topic: TOPICS.bonusChanges.name, handler: statefulHandler({ ...common, ...(overrides as object), group: 'bonus-scorer', stage: () => scorerStage({ codec, policyFor: () => policy, groupOf, evidenceDays: 60 }) }) }] });
  const activity = () => log.consume({ group: 'activity', inputs: [{ topic: TOPICS.bettingEvents.name, handler: statefulHandler({ ...common, group: 'activity', stage: () => activityStage(codec) }) }] });
  const client = await createRequestClient(log, producer, 100, { onReply: () => undefined, onTimeout: () => undefined });
  const send = (input: Partial<BonusInput> & { uuid: string; kind: BonusInput['kind'] }) => {
    const value = codec.encode('bonus-change', { company_id: 'acme', received_at: T0, player_id: null, txn_date: null, body: '', signals: [], ...input });
    return client.decide({ topic: TOPICS.bonusChanges.name, key: input.company_id ?? 'acme', value, timeoutMs: 2000 });
  };
  const sendChange = ({ uuid, at, request, receivedAt }: ReturnType<typeof change>, company = 'acme') => send({ uuid, company_id: company, kind: 'change', received_at: receivedAt, txn_date: at, body: JSON.stringify(request) });
  const ask = async (query: BonusQuery, company = 'acme') => (await send({ uuid: '00000000-0000-4000-8000-00000000aaaa', kind: 'query', company_id: company, body: JSON.stringify(query) })).body;
  const decisions = () => log.records(TOPICS.decisions.name).map(({ value }) => codec.decode('decision', value as Buffer));
  const alerts = () => log.records(TOPICS.alerts.name).map(({ value }) => codec.decode('alert', value as Buffer));
  return { log, codec, store, common, scorer, activity, sendChange, ask, decisions, alerts, client };
}

test('a change is answered, the decision holds the very answer, and the same transaction again gets it again', async () => {
  const { scorer, sendChange, decisions, ask } = await setUp();
  await scorer();
  const command = change('p1', 'activated', T0);
  const first = await sendChange(command);
  expect(first).toMatchObject({ kind: 'decided', body: { externalUserId: 'p1', score: 0 } });
  const again = await sendChange({ ...command, receivedAt: T0 + HOUR, request: { ...command.request, gamblingBonusChangeInfo: { ...command.request.gamblingBonusChangeInfo, status: 'expired' } } });
  expect(again).toEqual(first);
  expect(decisions().map(({ answer }) => JSON.parse(answer ?? '') as unknown)).toEqual([first.body]);
  expect(await ask({ ask: 'change', id: bonusChangeIdOf('acme', command.request.txnId) })).toEqual(first.body);
  expect(await ask({ ask: 'change', id: bonusChangeIdOf('acme', command.request.txnId) }, 'globex')).toBeNull();
});

test('a rule that is no rule is left out; one whose condition fails is silent, and the decision says why', async () => {
  const record = (ruleId: string, definition: unknown) => ({ companyId: 'acme', ruleId, version: 1, mode: 'live' as const, settings: {}, definition, updatedAt: '', updatedBy: '' });
  const fails = { kind: 'bonus', id: 'fails', title: 'Fails', on: ['activated'], when: 'int(status) > 1', outcome: { severity: 'low', score: 50 } };
  const { policy, unfit } = policyOf([record('broken', { kind: 'bonus', on: null }), record('fails', fails)]);
  expect(unfit).toMatchObject([{ ruleId: 'broken' }]);
  const { scorer, sendChange, decisions } = await setUp(undefined, policy);
  await scorer();
  expect(await sendChange(change('p1', 'activated', T0))).toMatchObject({ kind: 'decided', body: { score: 0, scoringResult: { unmatchedRules: expect.arrayContaining([expect.objectContaining({ id: 'fails' })]) } } });
  expect(JSON.parse(decisions()[0]?.facts ?? '')).toMatchObject({ status: 'activated', failures: [{ ruleId: 'fails', error: expect.stringContaining('int') }] });
});

test('an impossible transition is rejected with its reason', async () => {
  const { scorer, sendChange, decisions } = await setUp();
  await scorer();
  expect(await sendChange(change('p1', 'finished', T0))).toMatchObject({ kind: 'rejected', body: { code: 'IMPOSSIBLE_TRANSITION', errors: [{ path: 'gamblingBonusChangeInfo.status' }] } });
  expect(decisions()).toEqual([]);
});

test('when the process dies between answering and saving, the change is answered the same', async () => {
  const { log, store, scorer, sendChange, decisions } = await setUp();
  const save = store.save.bind(store);
  let dies = true;
  store.save = (owner, what) => (dies ? Promise.reject(new Error('died')) : save(owner, what));
  const first = await scorer();
  const answer = sendChange(change('p1', 'activated', T0));
  const body = (await answer).body;
  await expect(log.settle()).rejects.toThrow('died');
  await first.close();
  dies = false;
  const second = await scorer();
  await second.settle();
  expect(decisions().map(({ answer: given }) => JSON.parse(given ?? '') as unknown)).toEqual([body, body]);
  expect(new Set(decisions().map(({ decision_id }) => decision_id)).size).toBe(1);
});

test('betting events reach the scorer once, however often they come, and a new owner goes on from what was saved', async () => {
  const { log, codec, scorer, activity, sendChange, ask, alerts } = await setUp();
  const scoring = await scorer();
  const packing = await activity();
  await sendChange(change('p1', 'activated', T0, { maxBetAmount: 5, wagerRequirement: 4000 }));
  const event = (id: string, amount: number) => bettingEvent({ external_event_id: id, player_id: 'p1', event_type: 'BET_PLACED', amount, event_timestamp: T0 + HOUR, device_id: 'd1' });
  for (const each of [event('a', 5), event('b', 6), event('a', 5)]) log.append({ topic: TOPICS.bettingEvents.name, key: 'acme|p1', value: codec.encode('betting-event', each) });
  await packing.settle();
  await scoring.settle();
  expect(alerts()).toMatchObject([{ rule_id: 'bonus-bet-over-max', event_uuid: eventIdentity('acme').uuidOf('b') }]);
  await scoring.close();
  await scorer();
  expect(await ask({ ask: 'bonuses', player: 'p1', limit: 10, after: null })).toMatchObject({ items: [{ bonusId: 'welcome', status: 'activated', progress: { bets: 2, wagered: 11, overMaxBets: 1, wagerRatio: 11 / 4000 } }], next: null });
});

test('links and rings are told by page, and by company', async () => {
  const { scorer, sendChange, ask } = await setUp();
  await scorer();
  for (const player of ['a', 'b', 'c']) await sendChange(change(player, 'activated', T0, {}, { device: 'd1' }));
  const first = (await ask({ ask: 'links', player: 'a', limit: 1, after: null })) as { items: unknown[]; next: string; ring: object };
  expect(first).toMatchObject({ items: [{ externalUserId: 'b', weight: 1, evidence: [{ type: 'device', value: 'd1', players: 3 }] }], next: expect.any(String), ring: { members: ['a', 'b', 'c'] } });
  expect(await ask({ ask: 'links', player: 'a', limit: 1, after: first.next })).toMatchObject({ items: [{ externalUserId: 'c' }], next: null });
  expect(await ask({ ask: 'links', player: 'a', limit: 1, after: null }, 'globex')).toEqual({ items: [], next: null, ring: null });
});

test('who was not seen for the days that evidence is kept is tied to nobody any more, wherever its rows are', async () => {
  const { scorer, sendChange, ask } = await setUp();
  await scorer();
  const pairs = Array.from({ length: 40 }, (_none, index) => [`a${index}`, `b${index}`] as const);
  for (const [index, pair] of pairs.entries()) for (const player of pair) await sendChange(change(player, 'activated', T0, {}, { device: `d${index}` }));
  const linked = async () => {
    const pages = await Promise.all(pairs.map(([player]) => ask({ ask: 'links', player, limit: 10, after: null })));
    return pages.filter((page) => (page as { items: unknown[] }).items.length > 0).length;
  };
  const daily = async (from: number, days: number) => {
    for (let on = from; on < from + days; on += 1) await sendChange(change('c', 'activated', T0 + on * 24 * HOUR, { bonusId: `of day ${on}` }));
  };
  await daily(1, 60);
  expect(await linked()).toBe(pairs.length);
  // Each part of the rows has its turn within 32 days.
  await daily(61, 16);
  expect(await linked()).toBeLessThan(pairs.length);
  await daily(77, 16);
  expect(await linked()).toBe(0);
});

test('operators of one group are told of claims by hashes alone, and hunting across them is seen', async () => {
  const group = ['acme', 'globex', 'initech'];
  const { log, scorer, sendChange } = await setUp((company) => group.filter((each) => each !== company));
  const scoring = await scorer();
  const device = { device: 'device-of-mine' };
  await sendChange(change('at-globex', 'activated', T0, {}, device), 'globex');
  await sendChange(change('at-initech', 'activated', T0, {}, device), 'initech');
  await scoring.settle();
  expect(log.records(TOPICS.bonusChanges.name).filter(({ headers, value }) => Object.keys(headers).length === 0 && value?.includes('device-of-mine'))).toEqual([]);
  const answer = await sendChange(change('at-acme', 'activated', T0 + HOUR, {}, device));
  expect(answer.body).toMatchObject({ scoringResult: { matchedRules: [{ id: 'bonus-operator-hunting' }] } });
});

test('what betting events say, put back after it was dead, is told as decided on; nothing else is', async () => {
  const { log, codec, scorer, sendChange } = await setUp();
  const pack = codec.encode('bonus-change', { uuid: '00000000-0000-4000-8000-00000000bbbb', company_id: 'acme', kind: 'activity', received_at: T0, player_id: null, txn_date: null, body: '', signals: [] });
  const scoring = await scorer();
  await sendChange(change('p1', 'activated', T0));
  const first = log.append({ topic: TOPICS.bonusChanges.name, key: 'acme', value: pack });
  await scoring.settle();
  const said = () => log.records(TOPICS.processingProgress.name).map(({ value }) => codec.decode('processing-progress', value as Buffer));
  expect(said()).toEqual([]);
  const again = log.append({ topic: TOPICS.bonusChanges.name, key: 'acme', value: pack, headers: replayHeaders({ topic: TOPICS.bonusChanges.name, partition: 1, offset: 77 }) });
  await scoring.settle();
  expect(said()).toEqual([{ service: 'bonus-scorer', topic: TOPICS.bonusChanges.name, partition: first.partition, from_offset: again.offset, to_offset: again.offset, processed_at: T0 / 1_000, source_time: null, handed_to: [], sources: [{ partition: 1, from_offset: 77, to_offset: 77 }], refused: [] }]);
  log.append({ topic: TOPICS.bonusChanges.name, key: 'acme', value: pack });
  await scoring.settle();
  expect(said()).toHaveLength(1);
});
