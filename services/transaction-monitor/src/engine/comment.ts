import type { FieldError } from '@stakewatch/contracts';
import type { ListMatch } from '@stakewatch/lists';
import { formatMoney } from '../domain/money';
import { hourOf } from '../domain/transaction';
import { MONEY_FACTS } from '../facts/definition';
import type { FactContext, ResolvedSettings } from '../facts/compute';
import type { CompiledRule } from './compile';
import type { TransactionRule } from './definition';
import { isMoneySetting } from './settings';

const PLACEHOLDER = /\{([a-z][A-Za-z0-9_]*)\}/g;
/** Stands for a list entry that was met. */
const MATCH = 'match';
/** List entries told one by one; of more, the number. */
const MATCHES_TOLD = 10;

/** Reasons that a rule gives when it holds: none, one, or one per list entry met. Each begins with its code. */
export function commentsOf({ rule, settings }: CompiledRule, context: FactContext, facts: Readonly<Record<string, number>>, resolved: ResolvedSettings): readonly string[] {
  const { code, comment } = rule.outcome;
  if (comment === undefined) return [];
  const tell = (name: string): string | null => {
    if (Object.hasOwn(facts, name)) return number(facts[name] as number, MONEY_FACTS.has(rule.facts[name]?.fact ?? 'count'), context);
    if (name === 'amount') return number(context.entry.amountMinor, true, context);
    const setting = Object.hasOwn(resolved, name) ? resolved[name] : undefined;
    if (setting === undefined) return Object.hasOwn(OWN, name) ? OWN[name as keyof typeof OWN](context) : null;
    return typeof setting === 'number' ? number(setting, isMoneySetting(settings[name] as never), context) : Array.isArray(setting) ? setting.join(', ') : String(setting);
  };
  const text = comment.replace(PLACEHOLDER, (placeholder, name: string) => tell(name) ?? placeholder);
  if (!text.includes('{match}')) return [`${code}: ${text}`];
  const list = listedIn(rule);
  const matches = list ? context.lists[list.list] : [];
  const told = matches.slice(0, MATCHES_TOLD).map((match) => `${code}: ${text.replace('{match}', () => describeMatch(match))}`);
  return matches.length > told.length ? [...told, `${code}: and ${matches.length - told.length} more`] : told;
}

/** A name that nothing stands for would be told as it is written. */
export function commentFaults(rule: TransactionRule): readonly FieldError[] {
  const known = [...Object.keys(rule.facts), ...Object.keys(rule.settings ?? {}), 'amount', ...Object.keys(OWN), ...(listedIn(rule) ? [MATCH] : [])];
  const unknown = [...new Set([...(rule.outcome.comment ?? '').matchAll(PLACEHOLDER)].map(([, name]) => name as string))].filter((name) => !known.includes(name));
  return unknown.map((name) => ({ path: 'outcome.comment', message: `{${name}} ${name === MATCH ? 'needs a fact "listed"' : `stands for nothing; there are: ${known.join(', ')}`}` }));
}

const listedIn = ({ facts }: TransactionRule) => Object.values(facts).find((fact) => fact.fact === 'listed');

const OWN = {
  currency: ({ entry }: FactContext) => entry.currency,
  account_type: ({ transaction }: FactContext) => transaction.record.account_type,
  transaction_type: ({ transaction }: FactContext) => transaction.record.transaction_type,
  status: ({ transaction }: FactContext) => transaction.record.status,
  country: ({ entry }: FactContext) => entry.country || 'an unknown country',
  ip_country: ({ geo }: FactContext) => geo.ipCountry ?? 'an unknown country',
  hour: ({ transaction }: FactContext) => String(hourOf(transaction.record)),
};

function number(value: number, money: boolean, { transaction, entry }: FactContext): string {
  return money ? formatMoney(value, transaction.record.currency_exponent, entry.currency) : String(Math.round(value * 10) / 10);
}

function describeMatch({ entry, what, distance }: ListMatch): string {
  const off = distance === 0 ? '' : ` (${distance} ${distance === 1 ? 'letter differs' : 'letters differ'})`;
  return `${what}${off}${entry.reason === '' ? '' : `: ${entry.reason}`}`;
}
