import { LookupRecord, PAYMENT_OPERATORS } from '@stakewatch/contracts';
import { type Decision, refuse, unchanged } from './decision';
import { writeChecked } from './validate';

export interface NewOperator {
  readonly code: string;
  readonly name: string;
  /** ISO 3166-1 alpha-3, or null. */
  readonly country: string | null;
}

export const lookupKey = (code: string): string => `operator|${code}`;

/** Adds a payment operator to those of the document, with the next free id. The same again changes nothing. */
export function addOperator(existing: Iterable<LookupRecord>, operator: NewOperator): Decision<LookupRecord> {
  const added = [...existing];
  const known = [...PAYMENT_OPERATORS, ...added].find(({ code }) => code === operator.code);
  if (known !== undefined) {
    const same = known.name === operator.name && known.country === operator.country;
    return same ? unchanged({ ...known, kind: 'operator' }) : refuse('conflict', `Operator ${operator.code} exists with another name or country.`, [{ path: 'code', message: 'is taken' }]);
  }
  const id = 1 + Math.max(...PAYMENT_OPERATORS.map((each) => each.id), ...added.map((each) => each.id));
  return writeChecked(LookupRecord, { kind: 'operator', id, ...operator });
}
