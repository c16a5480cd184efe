import fc from 'fast-check';
import { apiKeyMatches, hashApiKey, issueApiKey, parseApiKey } from './api-key';

const pepper = 'p'.repeat(32);
const now = new Date('2026-11-21T10:00:00.000Z');
const issue = (environment: 'live' | 'sandbox' = 'live') => issueApiKey({ companyId: 'acme', environment, name: 'till', pepper, now });

test('an issued key has the documented form, and its record holds no secret', () => {
  const { key, record } = issue();
  expect(key).toMatch(/^sw_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{32}$/);
  expect(JSON.stringify(record)).not.toContain(key.slice(-32));
  expect(record).toMatchObject({ companyId: 'acme', environment: 'live', name: 'till', createdAt: '2026-11-21T10:00:00.000Z', revokedAt: null });
});

test('a sandbox key says test', () => {
  const { key, record } = issue('sandbox');
  expect(key.startsWith('sw_test_')).toBe(true);
  expect(parseApiKey(key)).toEqual({ id: record.id, environment: 'sandbox' });
});

test('a key matches its own record only', () => {
  const a = issue();
  const b = issue();
  expect(apiKeyMatches(a.key, a.record, pepper)).toBe(true);
  expect(apiKeyMatches(b.key, a.record, pepper)).toBe(false);
  expect(apiKeyMatches(a.key, a.record, 'q'.repeat(32))).toBe(false);
  expect(apiKeyMatches(a.key.replace('sw_live', 'sw_test'), a.record, pepper)).toBe(false);
});

test('any changed letter of the secret fails', () => {
  const { key, record } = issue();
  fc.assert(fc.property(fc.integer({ min: key.length - 32, max: key.length - 1 }), (at) => {
    const other = key.charAt(at) === 'x' ? 'y' : 'x';
    return !apiKeyMatches(key.slice(0, at) + other + key.slice(at + 1), record, pepper);
  }));
});

test('a revoked key fails', () => {
  const { key, record } = issue();
  expect(apiKeyMatches(key, { ...record, revokedAt: now.toISOString() }, pepper)).toBe(false);
});

test.each(['', 'sw_live_', 'sw_prod_abcdefghijkl_' + 'x'.repeat(32), 'sw_live_abcdefghijkl_' + 'x'.repeat(33), ' sw_live_abcdefghijkl_' + 'x'.repeat(32)])(
  'not a key: %p', (text) => expect(parseApiKey(text)).toBeNull(),
);

test('a short pepper is refused', () => {
  expect(() => hashApiKey('k', 'short')).toThrow(RangeError);
});
