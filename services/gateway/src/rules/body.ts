import type { FieldError } from '@stakewatch/contracts';
import { ApiError } from '../app/api-error';
import type { BodyReader } from '../app/api-route';
import { JSON_TYPE } from '../app/body';
import { parsePassedOn } from '../app/json';
import { withNumbersAsTexts } from '../transactions/transaction-body';

export type Fields = Readonly<Record<string, unknown>>;

/** The deepest honest definition has eight levels. */
const MAX_DEPTH = 24;
const MAX_FAULTS = 20;

export const invalid = (...errors: readonly FieldError[]): ApiError => new ApiError('INVALID_BODY', { errors: errors.slice(0, MAX_FAULTS) });

export const ruleReader: BodyReader = { type: JSON_TYPE, parse: (bytes) => parsePassedOn(bytes, MAX_DEPTH) };

/** A body of `try`: amounts of transactions as their digits stand in it, in the order of the transactions. */
export interface TryBody {
  readonly fields: unknown;
  readonly amounts: readonly unknown[];
}

export const tryReader: BodyReader = {
  type: JSON_TYPE,
  parse(bytes): TryBody {
    const fields = ruleReader.parse(bytes);
    if (!isFields(fields) || !Array.isArray(fields['transactions'])) return { fields, amounts: [] };
    const text = bytes.toString('utf8');
    const { transactions } = JSON.parse(text) as { transactions: unknown[] };
    const quoted = JSON.parse(withNumbersAsTexts(text)) as { transactions: unknown[] };
    return { fields: { ...fields, transactions }, amounts: quoted.transactions.map(amountOf) };
  },
};

function amountOf(item: unknown): unknown {
  const transaction = isFields(item) && Object.hasOwn(item, 'transaction') ? item['transaction'] : item;
  return isFields(transaction) ? transaction['amount'] : undefined;
}

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws {ApiError} INVALID_BODY when it is no object, or has other fields. */
export function fieldsOf(body: unknown, known: readonly string[]): Fields {
  if (!isFields(body)) throw invalid({ path: 'body', message: 'must be an object' });
  const unknown = Object.keys(body).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw invalid(...unknown.map((name) => ({ path: name.slice(0, 100), message: `is not a known field; known: ${known.join(', ')}` })));
  return body;
}

export const under = (prefix: string, errors: readonly FieldError[]): FieldError[] => errors.map((error) => ({ ...error, path: error.path === '(whole)' || error.path === '' || error.path === 'body' ? prefix : `${prefix}.${error.path}` }));
