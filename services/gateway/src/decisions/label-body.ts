import type { FieldError } from '@stakewatch/contracts';
import { ApiError } from '../app/api-error';

export const LABELS = ['fraud', 'genuine', 'unsure'] as const;
export type LabelName = (typeof LABELS)[number];

export const MAX_NOTE = 2000;
export const MAX_BY = 200;
/** Control characters and lone surrogates are in no honest text; a note may have several lines. */
const NOTE = /^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u;
const NAME = /^[^\p{Cc}\p{Cs}]+$/u;
const FIELDS = ['label', 'note', 'by'];
const MAX_FAULTS = 20;

export interface SaidLabel {
  readonly label: LabelName;
  readonly note: string | null;
  readonly by: string;
}

/** @throws {ApiError} INVALID_BODY with every fault. @param keyId who says it when nobody is named */
export function readLabel(body: unknown, keyId: string): SaidLabel {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiError('INVALID_BODY', { errors: [{ path: 'body', message: 'must be an object' }] });
  const fields = body as Readonly<Record<string, unknown>>;
  const { label, note = null, by = `key:${keyId}` } = fields;
  const faults: FieldError[] = Object.keys(fields)
    .filter((field) => !FIELDS.includes(field))
    .map((field) => ({ path: field.slice(0, 100), message: 'is not a known field' }));
  if (!(LABELS as readonly unknown[]).includes(label)) faults.push({ path: 'label', message: `${label === undefined ? 'is required and ' : ''}must be one of ${LABELS.join(', ')}` });
  if (note !== null && !(typeof note === 'string' && note.length <= MAX_NOTE && NOTE.test(note))) faults.push({ path: 'note', message: `must be a text of at most ${MAX_NOTE} characters` });
  if (!(typeof by === 'string' && by.length <= MAX_BY && NAME.test(by))) faults.push({ path: 'by', message: `must be a text of 1 to ${MAX_BY} characters` });
  if (faults.length > 0) throw new ApiError('INVALID_BODY', { errors: faults.slice(0, MAX_FAULTS) });
  return { label: label as LabelName, note: note as string | null, by: by as string };
}
