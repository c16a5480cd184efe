import { consequenceOf, MIN_FAILURES, type Streak } from './disabling';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T12:00:00Z');
const PATIENCE = { warnAfterMs: HOUR, disableAfterMs: 120 * HOUR };
const after = (changes: Partial<Streak>, gone = false) => consequenceOf(gone, 'status_500', { failingSinceMs: NOW, failures: MIN_FAILURES, told: false, ...changes }, NOW, PATIENCE);

test('410 disables at once', () => {
  expect(after({ failures: 1 }, true)).toEqual({ kind: 'disable', reason: 'the endpoint answered 410 Gone' });
});

test('only failures for the time allowed disable, and the reason has the last of them', () => {
  expect(after({ failingSinceMs: NOW - 120 * HOUR, told: true })).toEqual({ kind: 'disable', reason: 'every attempt failed since 2026-11-16T12:00:00.000Z, the last with status_500' });
  expect(after({ failingSinceMs: NOW - 120 * HOUR + 1, failures: 500, told: true })).toBeNull();
});

test('before that others are told, once in a streak', () => {
  expect(after({ failingSinceMs: NOW - HOUR })).toEqual({ kind: 'warn', failingSinceMs: NOW - HOUR });
  expect(after({ failingSinceMs: NOW - HOUR, told: true })).toBeNull();
  expect(after({ failingSinceMs: NOW - HOUR + 1 })).toBeNull();
});

test.each([HOUR, 1_000 * HOUR])('a few failures are nothing, however long ago the first was: %d ms', (agoMs) => {
  expect(after({ failingSinceMs: NOW - agoMs, failures: MIN_FAILURES - 1 })).toBeNull();
});

test('no streak, no consequence', () => {
  expect(after({ failingSinceMs: null })).toBeNull();
});
