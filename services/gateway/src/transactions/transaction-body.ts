import { parseJson } from '../app/json';

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A body with the amount as its digits stand in it: JSON.parse would round them in silence. */
export interface TransactionBody {
  readonly fields: unknown;
  /** Null when the amount is not a number. */
  readonly amount: string | null;
}

/** @throws {ApiError} INVALID_JSON */
export function readTransactionBody(bytes: Buffer): TransactionBody {
  // Read first as it is, so that what is not JSON is refused; then with every number as a text, where the last `amount` wins likewise.
  parseJson(bytes);
  const text = bytes.toString('utf8');
  const fields = JSON.parse(text) as unknown;
  if (typeof (fields as { amount?: unknown } | null)?.amount !== 'number') return { fields, amount: null };
  const quoted = JSON.parse(withNumbersAsTexts(text)) as { amount: string };
  return { fields, amount: quoted.amount };
}

/** JSON text in which every number is a text of its digits. */
export const withNumbersAsTexts = (json: string): string => json.replace(TOKENS, (token) => (token.startsWith('"') ? token : `"${token}"`));
