import type { ListEntryRecord, RuleRecord, Transaction } from '@stakewatch/contracts';
import { durationMicros } from '@stakewatch/rules';
import { answerOf, type TransactionAnswer } from '../answer';
import { createCompanyLists } from '../company-lists';
import { rulesOf } from '../company-rules';
import { contentHash, type MonitoredTransaction, monitored } from '../domain/transaction';
import type { GeoSources } from '../geo/evidence';
import { MemoryHistories } from '../history/memory-histories';
import { contextOf, type MonitorContext, remember } from '../monitor';
import { TRANSACTION_RULES } from '../rules';
import { type CompiledRule, compileRule, type RuleFault } from './compile';
import { decide, factsOf, resolvedSettings, type RuleMatch, type Verdict } from './decide';
import { settingsFaults } from './setting-faults';

export interface TransactionTry {
  readonly definition: unknown;
  /** Over the rule's own. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the company has set: its other rules decide beside the one that is tried. */
  readonly records: readonly RuleRecord[];
  readonly lists: ReadonlyMap<string, ListEntryRecord>;
  /** In the order in which they come, each with its own time of receipt. */
  readonly transactions: readonly Transaction[];
  readonly geo: GeoSources;
}

export interface TriedTransaction {
  /** duplicate: the same transaction again. conflict: its id with other content. Neither is decided on. */
  readonly status: 'judged' | 'duplicate' | 'conflict';
  readonly fired: boolean;
  readonly facts: readonly TriedFact[];
  /** What the rule gives when it fires: its code, score and reasons. */
  readonly match: Pick<RuleMatch, 'code' | 'score' | 'comments'> | null;
  /** The answer of all rules together, the tried one live. */
  readonly answer: TransactionAnswer | null;
  readonly error: string | null;
}

export interface TriedFact {
  readonly name: string;
  readonly value: number;
  /** Microseconds; null where the fact has no window (start), looks at all that is kept. */
  readonly windowStart: number | null;
  readonly windowEnd: number;
  readonly truncated: boolean;
}

export type TransactionTrial = { readonly ok: true; readonly tried: readonly TriedTransaction[] } | { readonly ok: false; readonly of: 'definition' | 'settings'; readonly errors: readonly RuleFault[] };

/** Runs a rule on transactions by the very engine that decides, from empty histories. Its examples need not hold. Pure. */
export function tryTransactionRule({ definition, settings, records, lists, transactions, geo }: TransactionTry): TransactionTrial {
  const compiled = compileRule(definition);
  if (!compiled.ok) return { ok: false, of: 'definition', errors: compiled.errors };
  const faults = settingsFaults(compiled.rule, settings);
  if (faults.length > 0) return { ok: false, of: 'settings', errors: faults };
  const rule = compiled.compile({ mode: 'live', version: 1, settings });
  const { rules: others } = rulesOf(TRANSACTION_RULES, records);
  const rules = [...others.filter((other) => other.rule.id !== rule.rule.id), rule];
  const listed = createCompanyLists({ entries: () => lists.entries() as MapIterator<[string, ListEntryRecord]>, onChange: () => () => undefined });
  const histories = new MemoryHistories();
  const contents = new Map<string, string>();
  const tried = transactions.map((record): TriedTransaction => {
    const content = contentHash(record);
    const first = contents.get(record.transaction_id);
    if (first !== undefined) return { ...NOT_JUDGED, status: first === content ? 'duplicate' : 'conflict' };
    contents.set(record.transaction_id, content);
    const transaction = monitored(record);
    const context = contextOf(transaction, histories.of(transaction), listed(record), geo);
    const verdict = decide(rules, context);
    const judged = judge(rule, context, verdict, transaction);
    remember(context, verdict);
    return judged;
  });
  return { ok: true, tried };
}

const NOT_JUDGED = { fired: false, facts: [], match: null, answer: null, error: null };

function judge(rule: CompiledRule, context: MonitorContext, verdict: Verdict, { record }: MonitoredTransaction): TriedTransaction {
  const match = verdict.matches.find(({ ruleId }) => ruleId === rule.rule.id);
  const truncated = [context.origin, context.destination, context.customer].some((history) => history.truncated);
  const facts = Object.entries(factsOf(rule, context, verdict)).map(([name, value]) => ({ name, value, windowStart: windowStart(rule, name, context), windowEnd: context.entry.time, truncated }));
  return {
    status: 'judged',
    fired: match !== undefined,
    facts,
    match: match ? { code: match.code, score: match.score, comments: match.comments } : null,
    answer: answerOf(record, verdict),
    error: verdict.failures.find(({ ruleId }) => ruleId === rule.rule.id)?.error ?? null,
  };
}

function windowStart(rule: CompiledRule, name: string, context: MonitorContext): number | null {
  const { within } = (rule.rule.facts[name] ?? {}) as { within?: string | { setting: string } };
  if (within === undefined) return null;
  const micros = durationMicros(typeof within === 'string' ? within : String(resolvedSettings(rule, context)[within.setting]));
  return micros === null ? null : context.entry.time - micros;
}
