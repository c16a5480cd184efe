import type { HistoryRange, KeptHistory, RaisedAlert } from '@stakewatch/clickhouse';
import { type CompiledRule, EVENT_TYPE_CODES, ruleSetOf, SUBJECT_FIELD, subjectOf } from '@stakewatch/rules';
import { BacktestReport, type RaisedMark } from './backtest-report';
import { alertKey, type FoundAlert, HistoryTrial, subjectKey, timelineOf } from './history-trial';

export interface BacktestOptions {
  readonly company: string;
  readonly rule: CompiledRule;
  /** Microseconds UTC; from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly players: readonly string[];
  /** How many of the newest alerts are kept to be shown. */
  readonly shown: number;
  onAlert(alert: FoundAlert): void;
  onStart(events: number): void;
  onProgress(events: number, alerts: number): void;
}

export interface BacktestResult {
  readonly report: BacktestReport;
  /** Read, with those before `from` that the rule's windows reach back to. */
  readonly events: number;
  readonly readFrom: number;
  readonly failures: number;
  readonly firstFailure: string | null;
}

/** Events that one part has, about: what the server sorts at a time. */
const PART_EVENTS = 500_000;
/** The detector forgets when it first saw a subject that long after it saw it last (services/velocity-detector). */
const FIRST_SEEN_MICROS = 180 * 86_400_000_000;

/** Runs a rule over kept history, part by part: in memory are one subject's timeline and one part's alerts. Writes nothing. */
export async function runBacktest(history: Pick<KeptHistory, 'size' | 'events' | 'raised'>, options: BacktestOptions): Promise<BacktestResult> {
  const { rule, from, to } = options;
  const trial = new HistoryTrial(rule);
  const range = rangeOf(options, trial.lookBack);
  const total = await history.size(range);
  const parts = Math.max(1, Math.ceil(total / PART_EVENTS));
  const report = new BacktestReport(options.shown);
  options.onStart(total);
  let events = 0;
  for (let part = 0; part < parts; part += 1) {
    const found: FoundAlert[] = [];
    const keep = (alerts: readonly FoundAlert[]): void => {
      for (const alert of alerts) {
        if (alert.eventTimestamp < from || alert.eventTimestamp >= to) continue;
        found.push(alert);
        options.onAlert(alert);
      }
    };
    for await (const rows of history.events(range, { part, of: parts })) {
      for (const event of rows) keep(trial.take(subjectOf(event, timelineOf(rule)) as string, event));
      events += rows.length;
      options.onProgress(events, report.alerts + found.length);
    }
    keep(trial.end());
    const raised = await history.raised({ ...range, from }, rule.id, range.subject === 'player_id' ? 'player_id' : 'subject', { part, of: parts });
    report.add(found, marksOf(rule, raised));
  }
  return { report, events, readFrom: range.from, failures: trial.failures, firstFailure: trial.firstFailure };
}

/** As live: a player's timeline takes every event, one of a device, phone or IP those that the rule needs. */
function rangeOf({ company, rule, from, to, players }: BacktestOptions, lookBack: number): HistoryRange {
  const timeline = timelineOf(rule);
  const mask = timeline === 'player' ? null : ruleSetOf([rule]).signals[timeline];
  const types = mask === null ? null : EVENT_TYPE_CODES.filter((_, code) => (mask & (1 << code)) !== 0);
  const looksAtAge = Object.values(rule.definition.facts).some(({ fact }) => fact === 'age');
  return { company, subject: SUBJECT_FIELD[timeline], types, from: from - lookBack, to, firstSince: looksAtAge ? from - lookBack - FIRST_SEEN_MICROS : null, players };
}

/** The same alert may have been raised live and in dry run. */
function marksOf(rule: CompiledRule, raised: readonly RaisedAlert[]): readonly RaisedMark[] {
  const marks = raised.map(({ subject, player_id: playerId, currency, window_start: windowStart, event_timestamp: eventTimestamp }) => ({ key: alertKey(subjectKey(rule.perSession, rule.perSession ? playerId : subject, subject), currency, windowStart), playerId, eventTimestamp }));
  return [...new Map(marks.map((mark) => [mark.key, mark])).values()];
}
