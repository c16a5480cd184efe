import { companyOf, environmentOf, isCompanyId, scopeOf } from './scopes';

test('a sandbox is a scope of its own, and leads back to its company', () => {
  expect(scopeOf('acme', 'live')).toBe('acme');
  expect(scopeOf('acme', 'sandbox')).toBe('acme-sandbox');
  expect(environmentOf('acme-sandbox')).toBe('sandbox');
  expect(companyOf('acme-sandbox')).toBe('acme');
  expect(companyOf('acme')).toBe('acme');
});

test.each(['acme-sandbox', '', '-a', 'a-', 'Acme', 'a_b', 'a|b', 'a'.repeat(41)])('%p is no company id', (id) => expect(isCompanyId(id)).toBe(false));
test.each(['acme', 'a', 'bet-365', 'a'.repeat(40)])('%p is a company id', (id) => expect(isCompanyId(id)).toBe(true));
