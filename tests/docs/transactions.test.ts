import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIVITY_CODES, TRANSACTION_RULES, WINNING_ORDER } from '@stakewatch/transaction-monitor';
import { readTransactionBody } from '../../services/gateway/src/transactions/transaction-body';
import { TRANSACTION_EXAMPLE } from '../../services/gateway/src/transactions/schema';
import { ROOT } from './markdown';

const text = readFileSync(join(ROOT, 'docs', 'transactions.md'), 'utf8');

type Setting = NonNullable<(typeof TRANSACTION_RULES)[number]['settings']>[string];

function plain(setting: Setting): string {
  if (Array.isArray(setting)) return setting.join(', ');
  return typeof setting === 'object' ? `${(setting as { about_usd: number }).about_usd} USD` : String(setting);
}

function shown(setting: Setting): string {
  if (typeof setting !== 'object' || !('individual' in setting)) return plain(setting);
  return `${plain(setting.individual)} (corporate ${plain(setting.corporate)})`;
}

test('docs/transactions.md lists every built-in rule in the order in which codes win, with its code, score, words and default thresholds', () => {
  const listed = text.split('\n').filter((line) => /^\| \d{3} \| `/.test(line));
  const expected = WINNING_ORDER.flatMap((code) =>
    TRANSACTION_RULES.filter((rule) => rule.outcome.code === code).map((rule) => {
      const settings = Object.entries(rule.settings ?? {}).map(([name, setting]) => `\`${name}\` ${shown(setting)}`);
      return `| ${code} | \`${rule.id}\` | ${rule.outcome.score} | ${rule.description} | ${settings.join('; ') || 'none'} |`;
    }),
  );
  expect(listed).toEqual(expected);
  expect(new Set(listed.map((line) => Number(line.slice(2, 5))))).toEqual(new Set(Object.keys(ACTIVITY_CODES).map(Number)));
});

test('its first request is the example of document 003', () => {
  const [, body] = /transaction_monitoring\/" \\\n[^\n]*\n {2}-d '(\{.*\})'/.exec(text) ?? [];
  expect(readTransactionBody(Buffer.from(body as string))).toEqual({ fields: TRANSACTION_EXAMPLE, amount: '1500.00' });
});

test('every rule that it names is there', () => {
  const known = new Set(TRANSACTION_RULES.map(({ id }) => id));
  const named = [...text.matchAll(/\btransaction-[a-z][a-z-]*[a-z]/g)].map(([id]) => id).filter((id) => id !== 'transaction-monitor');
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});
