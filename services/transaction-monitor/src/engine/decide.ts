import { hourOf } from '../domain/transaction';
import type { FactContext, ResolvedSettings } from '../facts/compute';
import { computeFact } from '../facts/compute';
import { type ActivityCode, isSuspicious, rankOf } from './codes';
import { commentsOf } from './comment';
import type { CompiledRule } from './compile';
import { resolveSetting } from './settings';

export interface RuleMatch {
  readonly ruleId: string;
  readonly version: number;
  readonly mode: 'live' | 'dry_run';
  readonly code: ActivityCode;
  readonly score: number;
  readonly facts: Readonly<Record<string, number>>;
  readonly comments: readonly string[];
}

export interface Verdict {
  readonly code: ActivityCode;
  /** 0 to 100, whole. */
  readonly fraudPercentage: number;
  /** Every reason, in the order in which codes win. */
  readonly comments: readonly string[];
  readonly matches: readonly RuleMatch[];
  /** Rules whose condition failed on this transaction; they count as silent. */
  readonly failures: readonly { readonly ruleId: string; readonly error: string }[];
  /** What the live rules that rest on no others make together, in per cent: the fact fraudPercentage. */
  readonly together: number;
}

/** Not even a rule for the plainest case: it was processed, nothing else is said. */
const WITHOUT_RULES: ActivityCode = 201;
/** Only a blacklist is certain. */
const HIGHEST_BY_SCORE = 99;

/** The decision on one transaction. Pure: the same rules, histories and lists give the same verdict. */
export function decide(rules: readonly CompiledRule[], context: Omit<FactContext, 'fraudPercentage'>): Verdict {
  const failures: { ruleId: string; error: string }[] = [];
  const first = rules.filter((rule) => !restsOnOthers(rule));
  const last = rules.filter(restsOnOthers);
  const early = evaluate(first, { ...context, fraudPercentage: 0 }, failures);
  const together = combined(early);
  const matches = [...early, ...evaluate(last, { ...context, fraudPercentage: together }, failures)];
  const live = matches.filter(({ mode }) => mode === 'live').sort((a, b) => rankOf(a.code) - rankOf(b.code) || (a.ruleId < b.ruleId ? -1 : 1));
  const code = live[0]?.code ?? WITHOUT_RULES;
  return {
    code,
    fraudPercentage: code === 456 ? 100 : isSuspicious(code) ? Math.max(together, combined(matches)) : 0,
    comments: live.flatMap(({ comments }) => comments),
    matches,
    failures,
    together,
  };
}

/** Every fact of a rule, whether or not its condition holds. */
export function factsOf(compiled: CompiledRule, context: Omit<FactContext, 'fraudPercentage'>, { together }: Verdict): Readonly<Record<string, number>> {
  const settings = resolvedSettings(compiled, context);
  return Object.fromEntries(Object.entries(compiled.rule.facts).map(([name, fact]) => [name, computeFact(fact, { ...context, fraudPercentage: together }, settings)]));
}

const restsOnOthers = ({ rule }: CompiledRule): boolean => Object.values(rule.facts).some(({ fact }) => fact === 'fraudPercentage');

/** Independent suspicions: each leaves (1 - score) of what the others left of innocence. A blacklist is no suspicion but a certainty. */
function combined(matches: readonly RuleMatch[]): number {
  const innocence = matches.filter(({ mode, code }) => mode === 'live' && isSuspicious(code) && code !== 456).reduce((left, { score }) => left * (1 - score / 100), 1);
  return Math.min(HIGHEST_BY_SCORE, Math.round(100 * (1 - innocence)));
}

function evaluate(rules: readonly CompiledRule[], context: FactContext, failures: { ruleId: string; error: string }[]): RuleMatch[] {
  const own = ownValues(context);
  const matches: RuleMatch[] = [];
  for (const compiled of rules) {
    const { rule, mode, version, reads } = compiled;
    const settings = resolvedSettings(compiled, context);
    const values: Record<string, unknown> = {};
    for (const name of reads) {
      const fact = Object.hasOwn(rule.facts, name) ? rule.facts[name] : undefined;
      values[name] = fact ? computeFact(fact, context, settings) : (settings[name] ?? own[name as keyof typeof own]);
    }
    try {
      if (!compiled.holds(values)) continue;
    } catch (error) {
      failures.push({ ruleId: rule.id, error: error instanceof Error ? error.message : String(error) });
      continue;
    }
    const facts = Object.fromEntries(Object.entries(rule.facts).map(([name, fact]) => [name, (values[name] as number | undefined) ?? computeFact(fact, context, settings)]));
    matches.push({ ruleId: rule.id, version, mode, code: rule.outcome.code, score: rule.outcome.score, facts, comments: commentsOf(compiled, context, facts, settings) });
  }
  return matches;
}

/** Settings by rule, account type and currency: a rule is compiled anew when they change. */
const resolved = new WeakMap<CompiledRule, Map<string, ResolvedSettings>>();
/** Currencies times account types; more than that is not asked in earnest. */
const MAX_RESOLVED = 500;

export function resolvedSettings(compiled: CompiledRule, { transaction: { record } }: Pick<FactContext, 'transaction'>): ResolvedSettings {
  let known = resolved.get(compiled);
  if (!known || known.size > MAX_RESOLVED) resolved.set(compiled, (known = new Map()));
  const key = `${record.account_type} ${record.currency} ${record.currency_exponent}`;
  let settings = known.get(key);
  if (!settings) {
    settings = Object.fromEntries(Object.entries(compiled.settings).map(([name, setting]) => [name, resolveSetting(setting, record.account_type, record.currency, record.currency_exponent)]));
    known.set(key, settings);
  }
  return settings;
}

function ownValues({ transaction: { record, statusClass }, entry, geo }: FactContext) {
  return {
    amount: entry.amountMinor,
    currency: record.currency,
    transaction_type: record.transaction_type.toLowerCase(),
    account_type: record.account_type,
    status: statusClass,
    country: entry.country,
    ip_country: geo.ipCountry ?? '',
    hour: hourOf(record),
  };
}
