import * as fc from 'fast-check';
import { failuresAfter, restartDelay } from './backoff';

describe('restarts', () => {
  test('the first is immediate, then the wait doubles up to five seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(restartDelay)).toEqual([0, 250, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  test('never wait longer than the cap, however often', () => {
    fc.assert(fc.property(fc.nat(), (failures) => restartDelay(failures) <= 5_000 && restartDelay(failures) >= 0));
  });

  test('a process that was sound for a while starts from the beginning', () => {
    expect(failuresAfter(6, 10_000)).toBe(1);
    expect(failuresAfter(6, 9_999)).toBe(7);
    expect(failuresAfter(0, null)).toBe(1);
  });
});
