import { isDeepStrictEqual } from 'node:util';
import { CompanyGroupRecord } from '@stakewatch/contracts';
import { type Decision, notFound, refuse, remove, unchanged } from './decision';
import { refuseFields, writeChecked } from './validate';

export interface NewGroup {
  readonly id: string;
  readonly companies: readonly string[];
}

/** Makes a group of operators, or gives it other members. Its companies must be known; a company may be in several groups. */
export function putGroup(current: CompanyGroupRecord | undefined, { id, companies }: NewGroup, isKnown: (companyId: string) => boolean, now: Date): Decision<CompanyGroupRecord> {
  const sorted = [...companies].sort();
  const errors = sorted.flatMap((company) => (isKnown(company) ? [] : [{ path: 'companies', message: `has ${company}, which is no company` }]));
  if (errors.length > 0) return refuseFields(errors);
  if (current !== undefined && isDeepStrictEqual(current.companies, sorted)) return unchanged(current);
  return writeChecked(CompanyGroupRecord, { id, companies: sorted, updatedAt: now.toISOString() });
}

export function deleteGroup(current: CompanyGroupRecord | undefined, id: string): Decision<CompanyGroupRecord> {
  return current === undefined ? notFound('group', id) : remove;
}

/** Refused when `id` would name a record under another key. */
export const groupIdFault = (id: string) => (/^[a-z0-9][a-z0-9-]{0,63}$/.test(id) ? null : refuse('invalid', `${id} is no group id.`, [{ path: 'id', message: "must be 1 to 64 lower-case letters, digits or '-'" }]));
