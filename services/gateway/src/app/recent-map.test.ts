import { RecentMap } from './recent-map';

test('keeps the newest entries and never more than twice as many', () => {
  const map = new RecentMap<number>(10);
  for (let index = 0; index < 100; index += 1) map.set(`k${index}`, index);
  for (let index = 90; index < 100; index += 1) expect(map.get(`k${index}`)).toBe(index);
  expect(map.get('k79')).toBeUndefined();
  expect(map.get('none')).toBeUndefined();
});
