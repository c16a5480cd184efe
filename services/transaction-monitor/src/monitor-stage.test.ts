import { type Transaction, transactionUuidOf } from '@stakewatch/contracts';
import { createAvroCodec, createMemorySchemaIds, type DecisionReply, type LogRecord, type OutgoingRecord, REQUEST_HEADERS, StateBudget, Unreadable } from '@stakewatch/runtime';
import fc from 'fast-check';
import { compileRule } from './engine/compile';
import { createGazetteer } from './geo/gazetteer';
import { createIpCountries } from './geo/ip-country';
import { monitorStage, type StageDeps } from './monitor-stage';
import { TRANSACTION_RULES } from './rules';
import { KEPT_MS } from './state';

const RULES = TRANSACTION_RULES.map((rule) => {
  const compiled = compileRule(rule);
  if (!compiled.ok) throw new Error(rule.id);
  return compiled.compile({ mode: 'live', version: 1 });
});
const START = Date.UTC(2026, 10, 21) * 1000;
const codec = createAvroCodec(createMemorySchemaIds());
beforeAll(async () => {
  await codec.register('transaction');
  await codec.register('decision');
});

const deps: StageDeps = {
  codec,
  geo: { ips: createIpCountries('', ''), gazetteer: createGazetteer([]) },
  rulesFor: () => RULES,
  listed: () => ({ black: [], white: [] }),
  observe: () => undefined,
};

function transaction(id: string, more: Partial<Transaction> = {}): Transaction {
  return {
    uuid: transactionUuidOf('acme', id), company_id: 'acme', transaction_id: id, received_at: START, amount_minor: 150_000, currency_exponent: 2, currency: 'USD', transaction_type: 'transfer', account_type: 'corporate', status: 'completed',
    origin_account_number: '9876543210', origin_bank_code: '001', destination_account_number: '0123456789', destination_bank_code: '002', customer_name: 'Jane Doe', customer_email: 'jane.doe@example.com', ip_address: '192.168.1.1', location: 'San Francisco, CA',
    transaction_description: 'Payment for order #789', kind: 'transaction', ...more,
  };
}

/** The runtime's loop in small: batches of given sizes, all states saved and read back between them. */
function run(transactions: readonly Transaction[], batches: readonly number[] = [transactions.length]) {
  const store = new Map<string, Buffer>();
  const outputs: OutgoingRecord[] = [];
  let at = 0;
  for (const size of batches) {
    const stage = monitorStage(deps);
    const inputs = transactions.slice(at, (at += size)).map((value) => stage.decode(recordOf(value)));
    const states = stage.keep(new StateBudget(1e9));
    const missing = states.touch(inputs);
    states.add(missing, missing.map((key) => store.get(key) ?? null));
    for (const input of inputs) outputs.push(...stage.fold(input, states, { nowMicros: 0 }));
    for (const { key, op, bytes, ttlMs } of states.takeWrites(START)) {
      store.set(key, op === 'set' ? (bytes as Buffer) : Buffer.concat([store.get(key) ?? Buffer.alloc(0), bytes as Buffer]));
      // Nothing is kept for ever.
      expect(ttlMs).toBe(KEPT_MS);
    }
    expect(states.takeWrites(0)).toEqual([]);
  }
  return outputs;
}

const recordOf = (value: Transaction): LogRecord => ({ topic: 'transactions.v1', partition: 0, offset: 0, timestamp: 0, key: null, value: Buffer.from(codec.encode('transaction', value)), headers: { [REQUEST_HEADERS.instance]: 'i', [REQUEST_HEADERS.correlation]: 'c', [REQUEST_HEADERS.partition]: '0' } });
const replies = (outputs: readonly OutgoingRecord[]) => outputs.filter(({ topic }) => topic === 'gateway.replies.v1').map(({ value }) => JSON.parse((value as Buffer).toString()) as DecisionReply);
const decisions = (outputs: readonly OutgoingRecord[]) => outputs.filter(({ topic }) => topic === 'decisions.v1').map(({ value }) => codec.decode('decision', value as Buffer));
const codes = (outputs: readonly OutgoingRecord[]) => replies(outputs).map(({ body }) => (body as { data: { activity_code: string } }).data.activity_code);

test("the document's example is approved without a comment, and the decision keeps the very answer", () => {
  const outputs = run([transaction('18772')]);
  const body = { status: 'Success', data: { activity_code: '200', status: 'completed', comment: [], fraud_percentage: 0 }, message: 'Transaction was successfully processed' };
  expect(replies(outputs)).toEqual([{ kind: 'decided', body }]);
  expect(decisions(outputs)).toMatchObject([{ company_id: 'acme', kind: 'transaction', outcome: '200', score: 0, answer: JSON.stringify(body), decided_at: START }]);
});

test('the same again gets the first answer and counts once; other content is a conflict', () => {
  const [first, again, other] = [transaction('a'), transaction('a', { received_at: START + 1 }), transaction('a', { amount_minor: 1 })];
  const outputs = run([first, again, other], [1, 1, 1]);
  expect(replies(outputs).map(({ kind }) => kind)).toEqual(['decided', 'decided', 'conflict']);
  expect(replies(outputs)[1]).toEqual(replies(outputs)[0]);
  expect(decisions(outputs)).toHaveLength(1);
  const many = Array.from({ length: 30 }, () => transaction('b', { account_type: 'individual' }));
  expect(codes(run([...many, transaction('c', { account_type: 'individual' })])).at(-1)).toBe('200');
});

test('a query tells the decision, or that there is none', () => {
  const query = (id: string) => transaction(id, { kind: 'query' });
  expect(replies(run([query('a'), transaction('a'), query('a')])).map(({ body }) => body === null)).toEqual([true, false, false]);
});

test('the same id of another company is another transaction', () => {
  expect(decisions(run([transaction('a'), transaction('a', { company_id: 'globex' })]))).toHaveLength(2);
});

test('an account that pays itself, and hostile texts, are decided like any other', () => {
  const hostile = '__proto__|constructor{match}\u202e' + '𝕏'.repeat(100);
  const outputs = run([transaction('a', { destination_account_number: '9876543210', destination_bank_code: '001' }), transaction('__proto__', { customer_name: hostile, customer_email: 'no address', location: hostile, ip_address: '::1', status: hostile, origin_account_number: hostile })]);
  expect(codes(outputs)).toEqual(['200', '201']);
});

test('no value and no Avro are unreadable', () => {
  const stage = monitorStage(deps);
  expect(() => stage.decode({ ...recordOf(transaction('a')), value: null })).toThrow(Unreadable);
  expect(() => stage.decode({ ...recordOf(transaction('a')), value: Buffer.from('{}') })).toThrow(Unreadable);
});

test('however the log is cut into batches, with every state saved and read back between, the outputs are the same', () => {
  const one = fc.record({
    id: fc.integer({ min: 0, max: 40 }),
    amount_minor: fc.integer({ min: 0, max: 3_000_000 }),
    origin_account_number: fc.constantFrom('a', 'b', 'c'),
    destination_account_number: fc.constantFrom('a', 'b', 'c', 'd'),
    status: fc.constantFrom('completed', 'failed', 'pending', 'cancelled'),
    account_type: fc.constantFrom('individual', 'corporate'),
    location: fc.constantFrom('lat=48.85,lon=2.35', 'lat=40.7,lon=-74', 'somewhere'),
    gap: fc.integer({ min: 0, max: 7_200_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 40, maxLength: 40 }), (given, sizes) => {
      let time = START;
      const transactions = given.map(({ id, gap, ...fields }) => transaction(`t${id}`, { ...fields, received_at: (time += gap) }));
      expect(run(transactions, sizes)).toEqual(run(transactions));
    }),
    { numRuns: 60 },
  );
});
