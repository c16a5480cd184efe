import { CompanyGroupRecord, CompanyRecord, LookupRecord } from '@stakewatch/contracts';
import { faultsOf } from './validate';

const company = { id: 'acme', name: 'Acme', plan: 'standard', createdAt: '' };
const group = { id: 'g', companies: ['acme', 'globex'], updatedAt: '' };
const operator = { kind: 'operator', id: 20, code: 'ORANGE_X', name: 'X', country: null };

test.each([
  [CompanyRecord, { ...company, name: '' }, 'name', 'must not be empty (given: "")'],
  [CompanyRecord, { ...company, name: 'a'.repeat(250) }, 'name', `must have at most 200 characters, and has 250 (given: "${'a'.repeat(40)}"…)`],
  [CompanyRecord, { ...company, plan: 'gold' }, 'plan', 'must be "standard" or "premium" (given: "gold")'],
  [CompanyRecord, { ...company, requestsPerMinute: 0 }, 'requestsPerMinute', 'must be at least 1 (given: 0)'],
  [CompanyRecord, { ...company, requestsPerMinute: 900_000_000 }, 'requestsPerMinute', 'must be at most 100000000 (given: 900000000)'],
  [CompanyRecord, { ...company, more: 1 }, 'more', 'is not known'],
  [CompanyGroupRecord, { ...group, companies: ['acme'] }, 'companies', 'must be at least 2'],
  [CompanyGroupRecord, { ...group, companies: ['acme', 'globex', 'acme'] }, 'companies', 'must not name one twice, and names "acme" again'],
  [LookupRecord, { ...operator, code: 'orange' }, 'code', 'must be 2 to 64 upper-case letters, digits or underscores, a letter first, such as ORANGE_SN (given: "orange")'],
  [LookupRecord, { ...operator, country: 'SN' }, 'country', 'must be an ISO 3166-1 alpha-3 code, three upper-case letters, such as SEN (given: "SN")'],
  [LookupRecord, { ...operator, kind: 'bank' }, 'kind', 'must be "operator" (given: "bank")'],
])('a fault names its field, what is allowed and what was given', (schema, value, path, message) => {
  expect(faultsOf(schema, value)).toEqual([{ path, message }]);
});

test('half of a pair of surrogates is not made by cutting', () => {
  expect(faultsOf(CompanyRecord, { ...company, name: `a${'\u{1f3b0}'.repeat(201)}` })[0]?.message).toMatch(/ and has 202 \(given: "a(\u{1f3b0}){39}"…\)$/u);
});
