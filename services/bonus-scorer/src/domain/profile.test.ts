import { T0 } from '../testing/values';
import { activeDaysBefore, readProfile, touch } from './profile';
import { MemoryRows } from './rows';
import { DAY } from './time';

test('a profile has the first 30 days of activity, in whatever order they come, and says when nothing changed in them', () => {
  const rows = new MemoryRows();
  const days = Array.from({ length: 40 }, (_none, index) => (index * 7) % 40);
  for (const day of days) touch(rows, 'p', T0 + day * DAY);
  const known = readProfile(rows, 'p');
  expect(known).toMatchObject({ firstSeen: T0, newest: T0 + 39 * DAY });
  expect(activeDaysBefore(known, T0 + 100 * DAY)).toBe(30);
  expect(activeDaysBefore(known, T0 + 10 * DAY)).toBe(10);
  expect(touch(rows, 'p', T0 + 50 * DAY).days).toBe(known?.days);
  expect(touch(rows, 'p', T0 + 5 * DAY).days).toBe(known?.days);
  const earlier = touch(rows, 'p', T0 - DAY).days;
  expect(earlier).not.toBe(known?.days);
  expect(earlier).toHaveLength(30);
});
