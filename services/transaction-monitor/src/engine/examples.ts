import type { Transaction } from '@stakewatch/contracts';
import { monitored } from '../domain/transaction';
import { EXAMPLE_WORLD } from '../geo/example-world';
import { MemoryHistories } from '../history/memory-histories';
import { monitor } from '../monitor';
import { compileRule } from './compile';
import type { ExampleTransaction, TransactionRule } from './definition';

export interface ExampleResult {
  readonly index: number;
  readonly name: string | null;
  readonly expected: 'holds' | 'silent';
  readonly got: 'holds' | 'silent';
}

const START_MICROS = Date.UTC(2026, 0, 1, 12) * 1000;
const DEFAULT_GAP_SECONDS = 60;
const DEFAULTS = { amount: 250, currency: 'USD', transaction_type: 'transfer', account_type: 'individual', status: 'completed', origin: '9876543210', destination: '0123456789', customer_name: 'Jane Doe', customer_email: 'jane.doe@example.com', ip_address: '192.168.1.1', location: 'unknown' } as const;

/** Runs a rule's examples through the very monitor that decides; other built-in rules of the library run beside it. */
export function runExamples(rule: TransactionRule, library: readonly TransactionRule[]): readonly ExampleResult[] {
  return (rule.examples ?? []).map((example, index) => {
    const rules = [...library.filter(({ id }) => id !== rule.id), rule].map((each) => {
      const compiled = compileRule(each);
      if (!compiled.ok) throw new TypeError(`rule ${each.id} is not valid`);
      return compiled.compile({ mode: 'live', version: 1, settings: each === rule ? (example.settings ?? {}) : {} });
    });
    const histories = new MemoryHistories();
    let got: ExampleResult['got'] = 'silent';
    for (const record of exampleTransactions(example.given)) {
      const transaction = monitored(record);
      const { verdict } = monitor(transaction, histories.of(transaction), rules, { black: [], white: [] }, EXAMPLE_WORLD);
      got = verdict.matches.some(({ ruleId }) => ruleId === rule.id) ? 'holds' : 'silent';
    }
    return { index, name: example.name ?? null, expected: example.then, got };
  });
}

function exampleTransactions(given: readonly ExampleTransaction[]): Transaction[] {
  let time = START_MICROS;
  return given
    .flatMap((each) => Array.from({ length: each.repeat ?? 1 }, () => each))
    .map((each, index) => {
      time += (each.after ?? DEFAULT_GAP_SECONDS) * 1_000_000;
      return exampleTransaction(each, index, time);
    });
}

function exampleTransaction(given: ExampleTransaction, index: number, receivedAt: number): Transaction {
  const { origin, destination, amount, after: _after, repeat: _repeat, ...fields } = { ...DEFAULTS, ...given };
  return {
    uuid: '00000000-0000-8000-8000-000000000000',
    company_id: 'example',
    transaction_id: `example-${index}`,
    received_at: receivedAt,
    amount_minor: Math.round(amount * 100),
    currency_exponent: 2,
    ...fields,
    origin_account_number: origin,
    origin_bank_code: '001',
    destination_account_number: destination,
    destination_bank_code: '001',
    transaction_description: 'example',
    kind: 'transaction',
  };
}
