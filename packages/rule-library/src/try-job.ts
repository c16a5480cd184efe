import { hash } from 'node:crypto';
import type { BettingEvent, FieldError, ListEntryRecord, RuleRecord, Transaction } from '@stakewatch/contracts';
import { type BonusChange, type BonusTryInput, bonusSignalOf, type TriedBonusInput, tryBonusRule } from '@stakewatch/bonus-scorer';
import { parseRule, settingsFaults, type Settings, type TriedAlert, type TriedEvent, tryRule, type RuleDefinition } from '@stakewatch/rules';
import { type GeoSources, type TriedTransaction, tryTransactionRule } from '@stakewatch/transaction-monitor';
import { located, type LocatedFault } from './positions';

interface Job {
  readonly companyId: string;
  readonly definition: unknown;
  /** Over the rule's own. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the company has set: where rules decide together, its others stand beside the one that is tried. */
  readonly records: readonly RuleRecord[];
}
export interface VelocityJob extends Job {
  readonly service: 'velocity';
  readonly events: readonly BettingEvent[];
}
export interface TransactionJob extends Job {
  readonly service: 'transaction';
  readonly transactions: readonly Transaction[];
  /** By key of control.lists.v1. */
  readonly lists: ReadonlyMap<string, ListEntryRecord>;
}
export interface BonusJob extends Job {
  readonly service: 'bonus';
  /** In the order in which they happened; `index` is the place in the list that the caller gave. */
  readonly inputs: readonly ({ readonly index: number } & ({ readonly kind: 'change'; readonly change: BonusChange } | { readonly kind: 'event'; readonly event: BettingEvent }))[];
}
/** What is to be tried: plain data, so that it can be handed to another thread. */
export type TryJob = VelocityJob | TransactionJob | BonusJob;

export type TryAnswer = { readonly ok: true; readonly results: readonly object[] } | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Tries a rule by the evaluator that runs live, beginning with nothing known; results in the order of what was given, as the API
 * answers them. Pure; `geo` is asked for transactions alone.
 */
export function tryJob(job: TryJob, geo: () => GeoSources): TryAnswer {
  if (job.service === 'velocity') return tryVelocity(job);
  return job.service === 'transaction' ? tryTransactions(job, geo()) : tryBonus(job);
}

function tryVelocity({ definition, settings, events }: VelocityJob): TryAnswer {
  const parsed = parseRule(definition);
  if (!parsed.ok) return refused('definition', parsed.errors, definition);
  const faults = settingsFaults(parsed.rule, settings);
  if (faults.length > 0) return refused('settings', faults, definition);
  const ids = new Map(events.map(({ external_event_id: id }) => [triedUuid(id), id]));
  const tried = tryRule(parsed.rule, settings as Settings, events.map((event) => ({ ...event, uuid: triedUuid(event.external_event_id) })));
  return { ok: true, results: tried.map((result, index) => shownEvent(parsed.rule, result, index, (events[index] as BettingEvent).external_event_id, ids)) };
}

function shownEvent({ per, outcome }: RuleDefinition, { status, fired, subject, facts, alerts, error }: TriedEvent, index: number, id: string, ids: ReadonlyMap<string, string>): object {
  const idOf = (uuid: string): string => ids.get(uuid) ?? uuid;
  const alert = (each: TriedAlert) => ({
    status: each.status,
    revision: each.revision,
    ...{ severity: outcome.severity, score: outcome.score, code: outcome.code ?? null, tags: outcome.tags ?? [] },
    event_id: idOf(each.eventUuid),
    currency: each.currency,
    window_start: iso(each.windowStart),
    window_end: iso(each.windowEnd),
    facts: each.facts.map(shownFact),
    event_ids: each.eventUuids.map(idOf),
    event_count: each.eventCount,
  });
  return { index, id, status, fired, subject: subject === null ? null : { type: per, id: subject }, facts: facts.map(shownFact), alerts: alerts.map(alert), error };
}

const shownFact = ({ name, value, window_start, window_end, truncated }: TriedEvent['facts'][number]) => ({ name, value: finite(value), window_start: iso(window_start), window_end: iso(window_end), truncated });

function tryTransactions({ definition, settings, records, lists, transactions }: TransactionJob, geo: GeoSources): TryAnswer {
  const trial = tryTransactionRule({ definition, settings, records, lists, transactions, geo });
  if (!trial.ok) return refused(trial.of, trial.errors, definition);
  return { ok: true, results: trial.tried.map((tried, index) => shownTransaction(tried, index, (transactions[index] as Transaction).transaction_id)) };
}

function shownTransaction({ status, fired, facts, match, answer, error }: TriedTransaction, index: number, id: string): object {
  return {
    ...{ index, id, status, fired },
    facts: facts.map(({ name, value, windowStart, windowEnd, truncated }) => ({ name, value: finite(value), window_start: windowStart === null ? null : iso(windowStart), window_end: iso(windowEnd), truncated })),
    match: match && { code: String(match.code), score: match.score, comment: match.comments },
    decision: answer && answer.data,
    error,
  };
}

function tryBonus({ companyId, definition, settings, records, inputs }: BonusJob): TryAnswer {
  const given = inputs.map((input): BonusTryInput => (input.kind === 'change' ? input : { kind: 'event', signal: bonusSignalOf({ ...input.event, uuid: triedUuid(input.event.external_event_id) }) }));
  const trial = tryBonusRule({ companyId, definition, settings, records, inputs: given });
  if (!trial.ok) return refused(trial.of, trial.errors, definition);
  return {
    ok: true,
    results: trial.tried.map((tried, at) => {
      const input = inputs[at] as BonusJob['inputs'][number];
      return shownBonus(tried, input.index, input.kind === 'change' ? { kind: 'bonus_change', id: input.change.request.txnId } : { kind: 'event', id: input.event.external_event_id });
    }),
  };
}

function shownBonus({ status, fired, evaluations, answer, alerts, refusal }: TriedBonusInput, index: number, input: object): object {
  return {
    index,
    ...input,
    status,
    fired,
    evaluations: evaluations.map(({ player, bonusId, fired: matched, facts, score, error }) => ({
      ...{ player, bonus_id: bonusId, fired: matched, score, error },
      facts: facts.map(({ name, value, windowStart, windowEnd }) => ({ name, value: typeof value === 'number' ? finite(value) : value, window_start: windowStart === null ? null : iso(windowStart), window_end: windowEnd === null ? null : iso(windowEnd) })),
    })),
    alerts: alerts.map(({ status: state, revision, severity, score, subject_type, subject }) => ({ status: state, revision, severity, score, subject: { type: subject_type, id: subject } })),
    decision: answer && { score: answer.score, review_answer: answer.review.reviewResult.reviewAnswer, scoring_result: answer.scoringResult },
    refusal: refusal && { path: refusal.path, message: refusal.message },
  };
}

/** Faults by where they stand in the request: in the definition given, or in the settings over it. */
function refused(of: 'definition' | 'settings', errors: readonly LocatedFault[], definition: unknown): TryAnswer {
  const faults = located(errors, definition);
  return { ok: false, errors: of === 'settings' ? faults : faults.map((fault) => ({ ...fault, path: fault.path === '(whole)' ? 'definition' : `definition.${fault.path}` })) };
}

/** What is tried is no event of the company's: its uuid says which of those given it is, and nothing else. */
function triedUuid(id: string): string {
  const digits = hash('sha1', `tried ${id}`, 'hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

/** JSON has no NaN and no Infinity: a fact without value is null. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const LATEST = 8.64e21;
/** ISO 8601 in UTC to the microsecond; null for what no calendar holds. */
function iso(micros: number): string | null {
  if (!Number.isFinite(micros) || Math.abs(micros) >= LATEST) return null;
  const below = ((micros % 1000) + 1000) % 1000;
  const text = new Date(Math.floor(micros / 1000)).toISOString();
  return below === 0 ? text : `${text.slice(0, -1)}${String(Math.floor(below)).padStart(3, '0')}Z`;
}
