import type { StoredLabel, SubjectType } from '@stakewatch/clickhouse';
import { type ErrorCode, type FieldError, type Label, TOPICS } from '@stakewatch/contracts';
import { ApiError } from '../app/api-error';
import type { ApiAnswer, ApiCall } from '../app/api-route';
import { hasAtMost } from '../app/characters';
import { logged, stored } from '../app/dependencies';
import { decisionUuid, MAX_ID } from './decision-id';
import { FIELDS, isFields, labelFaults, type SaidLabel, saidOf } from './label-body';
import { isSame, labelOf, LABELS_NOBODY, recordOf, shownLabel, storedOf, type Subject } from './label-record';
import type { DecisionRouteDeps } from './routes';

export const MAX_BATCH_LABELS = 1000;
const ITEM_FIELDS = ['id', ...FIELDS];

/** A label that could be read: what it is about, and what it says. */
interface Item {
  readonly index: number;
  readonly sent: string;
  readonly uuid: string;
  readonly said: SaidLabel;
}

interface Failure {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];
}

type Result = Readonly<Record<string, unknown>> & { readonly index: number; readonly status: 'labelled' | 'unchanged' | 'failed' };

/**
 * Up to 1000 labels as if each were given alone, in the order sent: each is kept, found unchanged, or fails by itself. What is said last of a
 * subject stands; where that stands already, nothing is kept for the subject, so that a batch sent again changes nothing.
 * Dies after some are in the log: sent again, those are found unchanged.
 */
export async function labelBatch(deps: DecisionRouteDeps, { principal, body }: ApiCall): Promise<ApiAnswer> {
  const sent = labelsOf(body);
  const results = new Array<Result>(sent.length);
  const items: Item[] = [];
  for (const [index, label] of sent.entries()) {
    const read = readItem(label, index, principal.scope, principal.keyId);
    if ('failure' in read) results[index] = failed(index, idOf(label), read.failure);
    else items.push(read);
  }
  const subjects = await subjectsOf(deps, principal.scope, items);
  const standing = await standingOf(deps, principal.scope, [...subjects.types.keys()]);
  const sortedOut = decide(principal.scope, items, subjects, standing, deps.nowMicros());
  for (const result of sortedOut.results) results[result.index] = result;
  if (sortedOut.kept.length > 0) await logged(deps.producer.send(sortedOut.kept.map((label) => recordOf(deps.codec, label))));
  const count = (status: Result['status']): number => results.filter((result) => result.status === status).length;
  return { status: 200, body: { labelled: count('labelled'), unchanged: count('unchanged'), failed: count('failed'), results } };
}

/** @throws {ApiError} INVALID_BODY */
function labelsOf(body: unknown): readonly unknown[] {
  const fault = (path: string, message: string): ApiError => new ApiError('INVALID_BODY', { errors: [{ path, message }] });
  if (!isFields(body)) throw fault('body', 'must be an object');
  const unknown = Object.keys(body).find((name) => name !== 'labels');
  if (unknown !== undefined) throw fault(unknown.slice(0, 100), 'is not a known field');
  const { labels } = body;
  if (!Array.isArray(labels) || labels.length === 0 || labels.length > MAX_BATCH_LABELS) throw fault('labels', `must be a list of 1 to ${MAX_BATCH_LABELS}`);
  return labels;
}

function readItem(sent: unknown, index: number, scope: string, keyId: string): Item | { readonly failure: Failure } {
  const invalid = (errors: readonly FieldError[]) => ({ failure: { code: 'INVALID_BODY', errors } as const });
  if (!isFields(sent)) return invalid([{ path: 'body', message: 'must be an object' }]);
  const faults = labelFaults(sent, ITEM_FIELDS);
  const id = idOf(sent);
  if (id === null) return invalid([{ path: 'id', message: `${sent['id'] === undefined ? 'is required and ' : ''}must be a text of 1 to ${MAX_ID} characters` }, ...faults]);
  if (faults.length > 0) return invalid(faults);
  const uuid = decisionUuid(scope, id);
  return uuid === null ? { failure: NOT_FOUND } : { index, sent: id, uuid, said: saidOf(sent, keyId) };
}

const NOT_FOUND: Failure = { code: 'NOT_FOUND', errors: [{ path: 'id', message: 'is no decision and no alert of yours' }] };
const NOT_KNOWN_YET: Failure = { code: 'UNAVAILABLE', errors: [{ path: 'id', message: 'is not known yet, for the history is behind: send it again' }] };
const OF_NOBODY: Failure = { code: 'INVALID_PARAMETER', errors: [{ path: 'id', message: LABELS_NOBODY }] };

interface Subjects {
  readonly types: ReadonlyMap<string, SubjectType>;
  /** Why the others are not among them. */
  readonly missing: Failure;
}

/** Not found is said only of what neither the history nor the log, as it was when asked, has. */
async function subjectsOf({ reader, level, waits }: DecisionRouteDeps, scope: string, items: readonly Item[]): Promise<Subjects> {
  const ids = [...new Set(items.map(({ uuid }) => uuid))];
  const types = await stored(reader.types(scope, ids));
  const unknown = ids.filter((id) => !types.has(id));
  if (unknown.length === 0) return { types, missing: NOT_FOUND };
  const complete = await logged(level.reached([TOPICS.decisions.name, TOPICS.alerts.name], waits.decisionMs));
  const late = await stored(reader.types(scope, unknown));
  return { types: new Map([...types, ...late]), missing: complete ? NOT_FOUND : NOT_KNOWN_YET };
}

/** With the labels just given, unless the history is behind for long. */
async function standingOf({ reader, level, waits }: DecisionRouteDeps, scope: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredLabel>> {
  if (ids.length === 0) return new Map();
  await logged(level.reached([TOPICS.labels.name], waits.labelMs));
  return stored(reader.standingLabels(scope, ids));
}

interface SortedOut {
  readonly results: readonly Result[];
  readonly kept: readonly Label[];
}

/** @param now microseconds UTC; each label kept is a microsecond after the one before, so that the order sent is the order kept. */
function decide(scope: string, items: readonly Item[], { types, missing }: Subjects, standing: ReadonlyMap<string, StoredLabel>, now: number): SortedOut {
  const lastSaid = new Map(items.map(({ uuid, said }) => [uuid, said]));
  const newest = new Map(standing);
  const kept: Label[] = [];
  const results = items.map(({ index, sent, uuid, said }): Result => {
    const type = types.get(uuid);
    if (type === undefined) return failed(index, sent, missing);
    if (type === 'other') return failed(index, sent, OF_NOBODY);
    const subject: Subject = { id: uuid, type };
    const [before, latest] = [standing.get(uuid), newest.get(uuid)];
    if (before && isSame(before, lastSaid.get(uuid) ?? said)) return { index, status: 'unchanged', ...shownLabel(subject, before) };
    if (latest && isSame(latest, said)) return { index, status: 'unchanged', ...shownLabel(subject, latest) };
    const label = labelOf(scope, subject, said, now + kept.length);
    kept.push(label);
    newest.set(uuid, storedOf(label));
    return { index, status: 'labelled', ...shownLabel(subject, storedOf(label)) };
  });
  return { results, kept };
}

const failed = (index: number, id: string | null, { code, errors }: Failure): Result => ({ index, status: 'failed', id, code, errors });

function idOf(sent: unknown): string | null {
  const id = isFields(sent) ? sent['id'] : undefined;
  return typeof id === 'string' && id !== '' && hasAtMost(id, MAX_ID) ? id : null;
}
