import { aDelivery } from '../testing/samples';
import { rebuilt } from './rebuilt';

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
