import { Retriable } from '@stakewatch/runtime';

/** Instants as ISO 8601 in UTC, whole numbers as numbers, named tuples as objects. */
export const HISTORY_SETTINGS = {
  date_time_output_format: 'iso',
  output_format_json_quote_64bit_integers: 0,
  output_format_json_named_tuples_as_objects: 1,
  max_execution_time: 20,
} as const;

/** History that does not answer, or refuses for now, is waited for: nothing may be decided without it. */
export function asHistoryError(error: unknown): Error {
  return new Retriable(`history: ${describe(error)}`, { cause: error });
}

/** A failed connection has a code and sometimes no message. */
function describe(error: unknown): string {
  const { message = '', code = '' } = (error ?? {}) as { message?: string; code?: string };
  return `${code} ${message}`.trim().slice(0, 200);
}
