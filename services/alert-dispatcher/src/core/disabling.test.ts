import fc from 'fast-check';
import { disableReason, MIN_FAILURES } from './disabling';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T12:00:00Z');
const LIMIT = 120 * HOUR;
const old = NOW - 1_000 * HOUR;

test('410 disables at once', () => {
  expect(disableReason(true, { failingSinceMs: NOW, failures: 1 }, old, NOW, LIMIT)).toBe('the endpoint answered 410 Gone');
});

test('only failures for the time allowed disable', () => {
  expect(disableReason(false, { failingSinceMs: NOW - LIMIT, failures: MIN_FAILURES }, old, NOW, LIMIT)).toBe('every attempt failed since 2026-11-16T12:00:00.000Z');
  expect(disableReason(false, { failingSinceMs: NOW - LIMIT + 1, failures: 500 }, old, NOW, LIMIT)).toBeNull();
});

test('a few failures never do', () => {
  expect(disableReason(false, { failingSinceMs: old, failures: MIN_FAILURES - 1 }, old, NOW, LIMIT)).toBeNull();
});

test('an endpoint that was enabled again has the whole time anew', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LIMIT - 1 }), (since) => {
      expect(disableReason(false, { failingSinceMs: old, failures: 99 }, NOW - since, NOW, LIMIT)).toBeNull();
    }),
  );
});

test('no streak, no disabling', () => {
  expect(disableReason(false, { failingSinceMs: null, failures: 0 }, old, NOW, LIMIT)).toBeNull();
});
