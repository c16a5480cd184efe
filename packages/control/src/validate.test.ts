import { CompanyGroupRecord, CompanyRecord, LookupRecord } from '@stakewatch/contracts';
import { faultsOf } from './validate';

const company = { id: 'acme', name: 'Acme', plan: 'standard', createdAt: '' };
const group = { id: 'g', companies: ['acme', 'globex'], updatedAt: '' };
const operator = { kind: 'operator', id: 20, code: 'ORANGE_X', name: 'X', country: null };

test.each([
  [CompanyRecord, { ...company, name: '' }, 'name', 'must not be empty (given: "")', 'out_of_range', { minLength: 1, maxLength: 200 }],
  [CompanyRecord, { ...company, name: 'a'.repeat(250) }, 'name', `must have at most 200 characters, and has 250 (given: "${'a'.repeat(40)}"…)`, 'out_of_range', { minLength: 1, maxLength: 200 }],
  [CompanyRecord, { ...company, plan: 'gold' }, 'plan', 'must be "standard" or "premium" (given: "gold")', 'not_allowed', ['standard', 'premium']],
  [CompanyRecord, { ...company, requestsPerMinute: 0 }, 'requestsPerMinute', 'must be at least 1 (given: 0)', 'out_of_range', { minimum: 1, maximum: 100_000_000 }],
  [CompanyRecord, { ...company, requestsPerMinute: 900_000_000 }, 'requestsPerMinute', 'must be at most 100000000 (given: 900000000)', 'out_of_range', { minimum: 1, maximum: 100_000_000 }],
  [CompanyRecord, { ...company, more: 1 }, 'more', 'is not known', 'unknown', undefined],
  [CompanyGroupRecord, { ...group, companies: ['acme'] }, 'companies', 'must be at least 2', 'out_of_range', expect.objectContaining({ minItems: 2 })],
  [CompanyGroupRecord, { ...group, companies: ['acme', 'globex', 'acme'] }, 'companies', 'must not name one twice, and names "acme" again', 'repeated', undefined],
  [LookupRecord, { ...operator, code: 'orange' }, 'code', 'must be 2 to 64 upper-case letters, digits or underscores, a letter first, such as ORANGE_SN (given: "orange")', 'malformed', { pattern: expect.any(String) }],
  [LookupRecord, { ...operator, country: 'SN' }, 'country', 'must be an ISO 3166-1 alpha-3 code, three upper-case letters, such as SEN (given: "SN")', 'malformed', { pattern: expect.any(String) }],
  [LookupRecord, { ...operator, kind: 'bank' }, 'kind', 'must be "operator" (given: "bank")', 'not_allowed', ['operator']],
])('a fault names its field, what is allowed and what was given, in words and as data', (schema, value, path, message, code, allowed) => {
  expect(faultsOf(schema, value)).toEqual([{ path, message, code, allowed }]);
});

test('half of a pair of surrogates is not made by cutting', () => {
  expect(faultsOf(CompanyRecord, { ...company, name: `a${'\u{1f3b0}'.repeat(201)}` })[0]?.message).toMatch(/ and has 202 \(given: "a(\u{1f3b0}){39}"…\)$/u);
});
