import type { CompanyGroupRecord } from '@stakewatch/contracts';
import { deleteGroup, putGroup } from './groups';

const now = new Date('2026-11-21T10:00:00.000Z');
const isKnown = (id: string) => ['acme', 'globex', 'initech'].includes(id);
const group: CompanyGroupRecord = { id: 'north', companies: ['acme', 'globex'], updatedAt: now.toISOString() };

test('a group is made, changed, and unchanged by the same members in another order', () => {
  expect(putGroup(undefined, { id: 'north', companies: ['globex', 'acme'] }, isKnown, now)).toEqual({ kind: 'write', record: group });
  expect(putGroup(group, { id: 'north', companies: ['globex', 'acme'] }, isKnown, now)).toEqual({ kind: 'unchanged', record: group });
  expect(putGroup(group, { id: 'north', companies: ['globex', 'initech'] }, isKnown, now)).toMatchObject({ record: { companies: ['globex', 'initech'] } });
});

test.each([
  ['a company that is not known', ['acme', 'umbrella']],
  ['one company alone', ['acme']],
  ['the same company twice', ['acme', 'acme']],
])('%s is refused', (_what, companies) => expect(putGroup(undefined, { id: 'north', companies }, isKnown, now)).toMatchObject({ kind: 'refused', refusal: { errors: [{ path: 'companies' }] } }));

test('a group is deleted once', () => {
  expect(deleteGroup(group, 'north')).toEqual({ kind: 'remove' });
  expect(deleteGroup(undefined, 'north')).toMatchObject({ kind: 'refused', refusal: { code: 'not_found' } });
});
