import type { Metrics } from '@stakewatch/runtime';
import { WINNING_ORDER } from './engine/codes';
import type { TransactionRule } from './engine/definition';
import type { Monitored } from './monitor';

/** Metrics of decisions. A company's own rules share one label: their names are theirs, and have no bound. */
export function monitorObserver(metrics: Metrics, builtIns: readonly TransactionRule[]): (decided: Monitored) => void {
  const known = new Set(builtIns.map(({ id }) => id));
  const label = (ruleId: string) => (known.has(ruleId) ? ruleId : 'own');
  const rules = { rule: [...known, 'own'] };
  const decisions = metrics.counter('stakewatch_transaction_decisions_total', { code: WINNING_ORDER.map(String) });
  const matches = metrics.counter('stakewatch_transaction_rule_matches_total', rules);
  const failures = metrics.counter('stakewatch_transaction_rule_failures_total', rules);
  const truncated = metrics.counter('stakewatch_transaction_truncated_histories_total');
  return ({ verdict, truncatedHistories }) => {
    decisions.inc({ code: String(verdict.code) });
    for (const { ruleId, mode } of verdict.matches) matches.inc({ rule: label(ruleId), mode });
    for (const { ruleId } of verdict.failures) failures.inc({ rule: label(ruleId) });
    if (truncatedHistories > 0) truncated.inc(truncatedHistories);
  };
}
