import type { FieldError } from '@stakewatch/contracts';
import { ApiError } from '../app/api-error';

export const LABELS = ['fraud', 'genuine', 'unsure'] as const;
export type LabelName = (typeof LABELS)[number];

export const MAX_NOTE = 2000;
export const MAX_BY = 200;
/** Control characters and lone surrogates are in no honest text; a note may have several lines. */
const NOTE = /^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u;
const NAME = /^[^\p{Cc}\p{Cs}]+$/u;
export const FIELDS = ['label', 'note', 'by'];
const MAX_FAULTS = 20;

export interface SaidLabel {
  readonly label: LabelName;
  readonly note: string | null;
  readonly by: string;
}

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (sent: unknown): sent is Fields => typeof sent === 'object' && sent !== null && !Array.isArray(sent);

/** @throws {ApiError} INVALID_BODY with every fault. @param keyId who says it when nobody is named */
export function readLabel(body: unknown, keyId: string): SaidLabel {
  if (!isFields(body)) throw new ApiError('INVALID_BODY', { errors: [{ path: 'body', message: 'must be an object' }] });
  const faults = labelFaults(body, FIELDS);
  if (faults.length > 0) throw new ApiError('INVALID_BODY', { errors: faults });
  return saidOf(body, keyId);
}

/** What is wrong with a label's fields. `known` are the names that may stand there. */
export function labelFaults(fields: Fields, known: readonly string[]): readonly FieldError[] {
  const { label, note = null, by } = fields;
  const faults: FieldError[] = Object.keys(fields)
    .filter((field) => !known.includes(field))
    .map((field) => ({ path: field.slice(0, 100), message: 'is not a known field' }));
  if (!(LABELS as readonly unknown[]).includes(label)) faults.push({ path: 'label', message: `${label === undefined ? 'is required and ' : ''}must be one of ${LABELS.join(', ')}` });
  if (note !== null && !(typeof note === 'string' && note.length <= MAX_NOTE && NOTE.test(note))) faults.push({ path: 'note', message: `must be a text of at most ${MAX_NOTE} characters` });
  if (by !== undefined && !(typeof by === 'string' && by.length <= MAX_BY && NAME.test(by))) faults.push({ path: 'by', message: `must be a text of 1 to ${MAX_BY} characters` });
  return faults.slice(0, MAX_FAULTS);
}

/** Fields without a fault as a label. @param keyId who says it when nobody is named */
export function saidOf(fields: Fields, keyId: string): SaidLabel {
  const { label, note = null, by = `key:${keyId}` } = fields;
  return { label: label as LabelName, note: note as string | null, by: by as string };
}
