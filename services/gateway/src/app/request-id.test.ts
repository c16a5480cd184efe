import { requestIdOf } from './request-id';

test("a caller's id that is sane is kept", () => {
  expect(requestIdOf('order-7.a_b~c')).toBe('order-7.a_b~c');
});

test.each([undefined, '', 'two words', 'é', 'a\nb', 'x'.repeat(129)])('%j gets a new id: a uuid of version 7 with the time in it', (header) => {
  const before = Date.now();
  const id = requestIdOf(header);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
  expect(requestIdOf(header)).not.toBe(id);
});

test('thousands of one millisecond differ, and are all of the format', () => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 31, 12) });
  const ids = Array.from({ length: 10_000 }, () => requestIdOf(undefined));
  jest.useRealTimers();
  expect(new Set(ids).size).toBe(10_000);
  expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
});
