import type { DecisionReader, StoredDecision, StoredLabel } from '@stakewatch/clickhouse';
import { TOPICS } from '@stakewatch/contracts';
import type { AvroCodec, LogProducer } from '@stakewatch/runtime';
import { ApiError, unavailable } from '../app/api-error';
import type { ApiAnswer, ApiCall, ApiRoute } from '../app/api-route';
import { logged, stored } from '../app/dependencies';
import { nextOf } from '../pages/page-query';
import { decisionUuid } from './decision-id';
import type { HistoryLevel } from './history-level';
import { labelBatch } from './label-batch';
import { readLabel } from './label-body';
import { isSame, labelOf, LABELS_NOBODY, recordOf, shownLabel, storedOf } from './label-record';
import { readPageQuery } from './page-query';

export interface DecisionRouteDeps {
  readonly reader: Pick<DecisionReader, 'find' | 'labels' | 'page' | 'types' | 'standingLabels'>;
  readonly level: HistoryLevel;
  readonly producer: Pick<LogProducer, 'send'>;
  readonly codec: Pick<AvroCodec, 'encode'>;
  readonly waits: HistoryWaits;
  nowMicros(): number;
}

/** How long the history is waited for, in milliseconds. */
export interface HistoryWaits {
  /** Until a decision that was just made is there. */
  readonly decisionMs: number;
  /** Until the labels given before are there; a label is taken and read without, too. */
  readonly labelMs: number;
}

export const HISTORY_WAITS: HistoryWaits = { decisionMs: 5_000, labelMs: 2_000 };
const BODY_LIMIT = 16_384;
const BATCH_BODY_LIMIT = 5_242_880;
export const DECISIONS_PATH = '/api/v1/decisions';

/** Decisions and alerts as the history has them, and what analysts say of them (docs/decisions/0095-labels.md). */
export function decisionRoutes(deps: DecisionRouteDeps): readonly ApiRoute[] {
  return [
    { method: 'GET', path: DECISIONS_PATH, name: 'decisions', work: (call) => page(deps, call) },
    { method: 'POST', path: `${DECISIONS_PATH}/labels`, name: 'decision-labels', bodyLimit: BATCH_BODY_LIMIT, work: (call) => labelBatch(deps, call) },
    { method: 'GET', path: `${DECISIONS_PATH}/:id`, name: 'decision', work: (call) => read(deps, call) },
    { method: 'POST', path: `${DECISIONS_PATH}/:id/label`, name: 'decision-label', bodyLimit: BODY_LIMIT, work: (call) => label(deps, call) },
  ];
}

async function page({ reader }: DecisionRouteDeps, { principal, query }: ApiCall): Promise<ApiAnswer> {
  const { items, next } = await stored(reader.page(principal.scope, readPageQuery(query)));
  return { status: 200, body: { items, next: nextOf(next) } };
}

async function read(deps: DecisionRouteDeps, call: ApiCall): Promise<ApiAnswer> {
  const decision = await found(deps, call);
  const labels = await labelsSoFar(deps, call, decision);
  return { status: 200, body: { ...decision, label: labels.at(-1) ?? null, labels } };
}

async function label(deps: DecisionRouteDeps, call: ApiCall): Promise<ApiAnswer> {
  const said = readLabel(call.body, call.principal.keyId);
  const decision = await found(deps, call);
  if (decision.type === 'other') throw new ApiError('INVALID_PARAMETER', { errors: [{ path: 'id', message: LABELS_NOBODY }] });
  const standing = (await labelsSoFar(deps, call, decision)).at(-1);
  if (standing && isSame(standing, said)) return { status: 200, body: shownLabel(decision, standing) };
  const kept = labelOf(call.principal.scope, decision, said, deps.nowMicros());
  // If the process dies here the label is either in the log, and will be in the history, or it is not; the caller says it again, which changes nothing.
  await logged(deps.producer.send([recordOf(deps.codec, kept)]));
  return { status: 200, body: shownLabel(decision, storedOf(kept)) };
}

/** With those just given, unless the history is behind for long. */
async function labelsSoFar({ reader, level, waits }: DecisionRouteDeps, { principal }: ApiCall, { id }: StoredDecision): Promise<readonly StoredLabel[]> {
  await logged(level.reached([TOPICS.labels.name], waits.labelMs));
  return stored(reader.labels(principal.scope, id));
}

/** @throws {ApiError} NOT_FOUND only when neither the history nor the log, as it was when asked, has it; UNAVAILABLE while that is not known. */
async function found({ reader, level, waits }: DecisionRouteDeps, { principal, params }: ApiCall): Promise<StoredDecision> {
  const id = decisionUuid(principal.scope, params['id'] ?? '');
  if (id === null) throw new ApiError('NOT_FOUND');
  const known = await stored(reader.find(principal.scope, id));
  if (known) return known;
  const complete = await logged(level.reached([TOPICS.decisions.name, TOPICS.alerts.name], waits.decisionMs));
  const late = await stored(reader.find(principal.scope, id));
  if (late) return late;
  throw complete ? new ApiError('NOT_FOUND') : unavailable(new Error('the history is behind the log'));
}
