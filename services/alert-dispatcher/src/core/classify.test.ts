import fc from 'fast-check';
import { aDelivery } from '../testing/samples';
import { type Answer, classify, RETRY_AFTER_MAX_MS, RETRY_AFTER_MIN_MS, retryAfterMs } from './classify';
import { delayAfter, STANDARD_SCHEDULE } from './schedule';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const answer = (changes: Partial<Answer>): Answer => ({ status: null, retryAfter: null, excerpt: null, error: null, ...changes });
const judge = (changes: Partial<Answer>, attempts = 0) => classify(answer(changes), aDelivery({ attempts }), STANDARD_SCHEDULE, NOW);

test.each([200, 201, 202, 204, 299])('%i is delivered', (status) => {
  expect(judge({ status })).toEqual({ outcome: 'delivered', error: null, retryInMs: null, pauseMs: 0, gone: false });
});

test.each([300, 301, 302, 307, 308])('%i is a redirect, and a failure', (status) => {
  expect(judge({ status })).toMatchObject({ outcome: 'failed', error: 'redirect_not_followed' });
});

test.each([100, 400, 401, 404, 500, 502])('%i fails and is tried again by the schedule', (status) => {
  expect(judge({ status }, 2)).toEqual({ outcome: 'failed', error: `status_${status}`, retryInMs: delayAfter(STANDARD_SCHEDULE, aDelivery().deliveryId, 3), pauseMs: 0, gone: false });
});

test('410 says that the endpoint is gone', () => {
  expect(judge({ status: 410 })).toMatchObject({ outcome: 'failed', gone: true });
});

test('an address that may not be connected to is refused, and tried again: names change', () => {
  expect(judge({ error: 'address_not_allowed' })).toMatchObject({ outcome: 'refused', error: 'address_not_allowed' });
  expect(judge({ error: 'address_not_allowed' }).retryInMs).not.toBeNull();
});

test('whatever fails at the last attempt is abandoned', () => {
  for (const failure of [{ status: 500 }, { error: 'timeout' as const }, { error: 'address_not_allowed' as const }, { status: 410 }]) {
    expect(judge(failure, STANDARD_SCHEDULE.length - 1)).toMatchObject({ outcome: 'abandoned', retryInMs: null });
  }
});

test.each([429, 503])('%i is left alone for as long as it asks', (status) => {
  expect(judge({ status, retryAfter: '120' })).toMatchObject({ pauseMs: 120_000, retryInMs: 120_000 });
  expect(judge({ status })).toMatchObject({ pauseMs: 0 });
});

test('Retry-After of other answers is no wish to be left alone', () => {
  expect(judge({ status: 500, retryAfter: '120' })).toMatchObject({ pauseMs: 0 });
});

test('Retry-After as a date', () => {
  expect(retryAfterMs('Sat, 21 Nov 2026 12:02:00 GMT', NOW)).toBe(120_000);
  expect(retryAfterMs('Fri, 20 Nov 2026 12:02:00 GMT', NOW)).toBe(RETRY_AFTER_MIN_MS);
});

test('Retry-After is kept within bounds, whatever it holds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('soon', '', '1e9', '99999999999999', '-5')), (header) => {
      const wait = retryAfterMs(header, NOW);
      expect(wait === 0 || (wait >= RETRY_AFTER_MIN_MS && wait <= RETRY_AFTER_MAX_MS)).toBe(true);
    }),
  );
});
