import type { FieldError } from '@stakewatch/contracts';

/**
 * What a command decides on the record as it stands. Commands are pure: they take records and the time, and say what to write.
 * `unchanged` makes a repeated command harmless: nothing is written, and the caller gets what the first one left.
 */
export type Decision<T> =
  | { readonly kind: 'write'; readonly record: T }
  | { readonly kind: 'remove' }
  | { readonly kind: 'unchanged'; readonly record: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** invalid: a field's value; not_found: no such record; conflict: it does not go with what is there. */
export type RefusalCode = 'invalid' | 'not_found' | 'conflict';

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** The fields at fault; empty when none is. */
  readonly errors: readonly FieldError[];
  /** The message is nothing but the errors, one after the other, of the subject where that is known. */
  readonly fields?: { readonly subject: string };
  /** not_found: what kind of record there is not. */
  readonly what?: string;
  /** not_found: the id that was asked for. */
  readonly id?: string;
  /** not_found: the ids that there are, where they are few enough to look through. */
  readonly known?: readonly string[];
}

export const write = <T>(record: T): Decision<T> => ({ kind: 'write', record });
export const unchanged = <T>(record: T): Decision<T> => ({ kind: 'unchanged', record });
export const remove: Decision<never> = { kind: 'remove' };

export function refuse(code: RefusalCode, message: string, errors: readonly FieldError[] = []): { readonly kind: 'refused'; readonly refusal: Refusal } {
  return { kind: 'refused', refusal: { code, message, errors } };
}

export function notFound(what: string, id: string) {
  const { kind, refusal } = refuse('not_found', `There is no ${what} ${id}.`);
  return { kind, refusal: { ...refusal, what, id } };
}

/** A refusal as it leaves the control plane's shell. */
export class ControlRefused extends Error {
  override readonly name = 'ControlRefused';
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}
