import { type Transaction, TOPICS, transactionUuidOf } from '@stakewatch/contracts';
import { createAvroCodec, createMemorySchemaIds, MemoryLog, MemoryStateStore, REQUEST_HEADERS } from '@stakewatch/runtime';
import { dyingAtEveryStep, mortalHandler, readerOf } from '../../../tests/crash/at-every-step';
import { Life } from '../../../tests/crash/mortal';
import { compileRule } from './engine/compile';
import { createGazetteer } from './geo/gazetteer';
import { createIpCountries } from './geo/ip-country';
import { monitorStage } from './monitor-stage';
import { TRANSACTION_RULES } from './rules';

const RULES = TRANSACTION_RULES.map((rule) => {
  const compiled = compileRule(rule);
  if (!compiled.ok) throw new Error(rule.id);
  return compiled.compile({ mode: 'live', version: 1 });
});
const START = Date.UTC(2026, 10, 21) * 1000;
const GROUP = 'transaction-monitor';
const TOPIC = TOPICS.transactions.name;

const transaction = (id: number): Transaction => ({
  uuid: transactionUuidOf('acme', `t${id % 9}`), company_id: 'acme', transaction_id: `t${id % 9}`, received_at: START + id * 1_000_000, amount_minor: 150_000 * (1 + (id % 9)), currency_exponent: 2, currency: 'USD', transaction_type: 'transfer', account_type: 'individual',
  status: 'completed', origin_account_number: '9876543210', origin_bank_code: '001', destination_account_number: `012345678${id % 2}`, destination_bank_code: '002', customer_name: 'Jane Doe', customer_email: 'jane.doe@example.com', ip_address: '192.168.1.1', location: '', transaction_description: '', kind: 'transaction',
});

test('die at any step: every transaction is decided once, as without a death, and every caller is answered that', async () => {
  const codec = createAvroCodec(createMemorySchemaIds());
  for (const schema of ['transaction', 'decision'] as const) await codec.register(schema);
  const stage = () => monitorStage({ codec, geo: { ips: createIpCountries('', ''), gazetteer: createGazetteer([]) }, rulesFor: () => RULES, listed: () => ({ black: [], white: [] }), observe: () => undefined });

  async function setUp() {
    const log = new MemoryLog(1);
    const store = new MemoryStateStore();
    // Some are sent again, before and after their first answer.
    for (let id = 0; id < 14; id += 1) log.append({ topic: TOPIC, key: 'acme', value: Buffer.from(codec.encode('transaction', transaction(id))), headers: { [REQUEST_HEADERS.instance]: 'i', [REQUEST_HEADERS.correlation]: `c${id}`, [REQUEST_HEADERS.partition]: '0' } });
    const live = async (life: Life) => readerOf(log, GROUP, TOPIC, (await mortalHandler(log, store, life, { group: GROUP, codec, stage })).handler, life).readAll(4);
    const decided = () => new Map(log.records(TOPICS.decisions.name).map(({ value }) => codec.decode('decision', value as Buffer)).map(({ decision_id, ...what }) => [decision_id, JSON.stringify(what)]));
    const told = () => log.records(TOPICS.decisions.name).map(({ value }) => JSON.stringify(codec.decode('decision', value as Buffer)));
    const answers = () => new Map(log.records(TOPICS.gatewayReplies.name).map(({ headers, value }) => [headers[REQUEST_HEADERS.correlation], value?.toString()]));
    return { live, decided, told, answers, log };
  }

  const undisturbed = await setUp();
  await undisturbed.live(new Life());
  expect(undisturbed.decided().size).toBe(9);
  expect(undisturbed.answers().size).toBe(14);
  const steps = await dyingAtEveryStep(async () => {
    const world = await setUp();
    return {
      live: world.live,
      check(diedAt) {
        expect([diedAt, world.decided()]).toEqual([diedAt, undisturbed.decided()]);
        // Told twice it is the same decision to the letter: history knows it by its identity.
        expect([diedAt, new Set(world.told()).size]).toEqual([diedAt, 9]);
        expect([diedAt, world.answers()]).toEqual([diedAt, undisturbed.answers()]);
      },
    };
  });
  expect(steps).toBeGreaterThan(50);
}, 120_000);
