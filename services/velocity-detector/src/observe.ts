import type { RuleDefinition, RuleSetFault } from '@stakewatch/rules';
import type { Metrics } from '@stakewatch/runtime';
import type { Logger } from 'pino';
import type { DetectorObserver } from './stages/decider';

/** Label of all rules of companies. */
const OWN = 'own';

/** Metrics and logs of the detector. A company's own rules share one label: their names are theirs, and have no bound. */
export function detectorObserver(metrics: Metrics, logger: Logger, builtIns: readonly RuleDefinition[]): DetectorObserver {
  const known = new Set(builtIns.map(({ id }) => id));
  const label = (ruleId: string) => (known.has(ruleId) ? ruleId : OWN);
  const rule = [...known, OWN];
  const folded = metrics.counter('stakewatch_detector_events_total');
  const alerts = metrics.counter('stakewatch_detector_alerts_total', { rule });
  const dropped = metrics.counter('stakewatch_detector_dropped_events_total');
  const failures = metrics.counter('stakewatch_detector_rule_failures_total', { rule });
  return {
    onFolded: (timeline, outcome, events) => folded.inc({ timeline, outcome }, events),
    onAlert: (ruleId, mode, status) => alerts.inc({ rule: label(ruleId), mode, status }),
    onDropped: (timeline, events) => dropped.inc({ timeline }, events),
    onRuleFailed(companyId, ruleId, error) {
      failures.inc({ rule: label(ruleId) });
      logger.warn({ companyId, ruleId, error: error instanceof Error ? error.name : typeof error }, 'a rule failed on an event');
    },
  };
}

export const logFaults = (logger: Logger) => (companyId: string, faults: readonly RuleSetFault[]) => logger.error({ companyId, faults }, 'rules or settings left out');
