import type { BonusInput } from '@stakewatch/contracts';
import { randomOf } from '@stakewatch/random';
import { createAvroCodec, createMemorySchemaIds, type LogRecord, MemoryStateStore, StateBudget } from '@stakewatch/runtime';
import type { Signal } from './domain/inputs';
import { scorerStage } from './scorer-stage';
import { change, DEFAULT_POLICY, signal, T0 } from './testing/values';

const HOUR = 3_600_000_000;
const OWNER = { group: 'bonus-scorer', topic: 'bonus.changes.v1', partition: 0 };
const TYPES = ['BET_PLACED', 'BET_PLACED', 'BET_PLACED', 'BET_WON', 'BET_LOST', 'DEPOSIT', 'WITHDRAWAL'] as const;

const codec = createAvroCodec(createMemorySchemaIds());
beforeAll(async () => void (await Promise.all((['bonus-change', 'decision', 'alert', 'processing-progress'] as const).map((name) => codec.register(name)))));

/** Few players who share devices and bet on few games, results before and after their bets, bonuses in between; not in the order of time. */
function inputsOf(seed: number, count: number): readonly LogRecord[] {
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const players = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
  const at = () => T0 + Math.floor(random() * 60) * HOUR;
  const play = (): Signal => {
    const type = pick(TYPES);
    const isPlayed = type.startsWith('BET');
    return signal(pick(players), at(), { event_type: type, amount: pick([10, 11, 40]), game_id: type === 'BET_PLACED' ? pick(['g1', 'g2', 'g3']) : null, game_odds: isPlayed ? pick([1.9, 2, 2.1, null]) : null, game_bet_id: isPlayed ? `b${Math.floor(random() * 30)}` : null, device_id: pick(['d1', 'd2', 'd3']), ip_address: pick(['i1', 'i2']) });
  };
  return Array.from({ length: count }, (_none, offset) => {
    const isChange = random() < 0.2;
    const { uuid, request, receivedAt, at: happened } = change(pick(players), pick(['activated', 'activated', 'canceled', 'finished']), at(), { bonusId: pick(['welcome', 'reload']), maxBetAmount: 20, wagerRequirement: 50 }, { device: pick(['d1', 'd2']), txnId: `t${offset}` });
    const input: BonusInput = { uuid, company_id: 'acme', kind: isChange ? 'change' : 'activity', received_at: receivedAt, player_id: null, txn_date: happened, body: isChange ? JSON.stringify(request) : '', signals: isChange ? [] : Array.from({ length: 3 }, play) };
    return { ...OWNER, offset, timestamp: T0 / 1000, key: null, value: Buffer.from(codec.encode('bonus-change', input)), headers: {} };
  });
}

/** What the stage says of the records, so many at a time, with so much room for states. */
async function worked(records: readonly LogRecord[], atOnce: number, budgetBytes: number) {
  const stage = scorerStage({ codec, policyFor: () => DEFAULT_POLICY, groupOf: () => [], evidenceDays: 1 });
  const states = stage.keep(new StateBudget(budgetBytes));
  const store = new MemoryStateStore();
  const { epoch } = await store.open(OWNER);
  const said: string[] = [];
  for (let from = 0; from < records.length; from += atOnce) {
    const batch = records.slice(from, from + atOnce);
    const inputs = batch.map((record) => stage.decode(record));
    for (const missing of [() => states.touch(inputs), () => states.touchFurther(inputs)]) {
      const keys = missing();
      states.add(keys, await store.load(OWNER, keys));
    }
    for (const input of inputs) for (const { topic, value } of stage.fold(input, states, { nowMicros: T0 })) said.push(`${topic} ${value?.toString('base64')}`);
    await store.save(OWNER, { epoch, expectedOffset: from === 0 ? null : from, nextOffset: from + batch.length, writes: states.takeWrites(T0) });
    states.saved();
  }
  return { said, inMemory: states.size };
}

test.each([1, 2, 3, 4])('decisions and alerts are the same where no state stays in memory that the last batch did not need (seed %d)', async (seed) => {
  const records = inputsOf(seed, 240);
  const kept = await worked(records, records.length, 1 << 30);
  const evicted = await worked(records, 1, 0);
  expect(evicted.said).toEqual(kept.said);
  expect(kept.said.length).toBeGreaterThan(20);
  expect(evicted.inMemory).toBeLessThan(kept.inMemory);
});
