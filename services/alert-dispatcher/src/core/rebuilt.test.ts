import { aDelivery } from '../testing/samples';
import { mayHaveWaited, rebuilt } from './rebuilt';

const NOW = 1_790_000_000_000;

test('never attempted: due now', () => {
  expect(rebuilt(aDelivery(), undefined, NOW)).toEqual({ settled: false, delivery: aDelivery(), dueMs: NOW });
});

test('settled: not sent again', () => {
  expect(rebuilt(aDelivery(), { attempts: 2, settled: true, nextAttemptAtMs: null }, NOW)).toMatchObject({ settled: true });
});

test('failed: goes on where it stood', () => {
  expect(rebuilt(aDelivery(), { attempts: 3, settled: false, nextAttemptAtMs: NOW + 9 }, NOW)).toMatchObject({ settled: false, dueMs: NOW + 9, delivery: { attempts: 3 } });
});

test('a delivery may have waited unless its endpoint was made after its record and was never tried', () => {
  const read = { delivery: aDelivery(), offset: 1, recordedMs: NOW };
  const at = (ms: number) => new Date(ms).toISOString();
  expect([at(NOW - 1), at(NOW), undefined, 'not a time'].map((createdAt) => mayHaveWaited(read, undefined, createdAt))).toEqual([true, true, true, true]);
  expect(mayHaveWaited(read, undefined, at(NOW + 1))).toBe(false);
  expect(mayHaveWaited(read, { attempts: 1, settled: false, nextAttemptAtMs: null }, at(NOW + 1))).toBe(true);
});
