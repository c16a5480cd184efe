import { isTooDeep, nestsDeeper } from './json-depth';

const deep = (levels: number, open = '[', close = ']') => Buffer.from(open.repeat(levels) + close.repeat(levels));

test('counts arrays and objects, and nothing inside texts', () => {
  expect(nestsDeeper(deep(32), 32)).toBe(false);
  expect(nestsDeeper(deep(33), 32)).toBe(true);
  expect(nestsDeeper(Buffer.from('{"a":'.repeat(33)), 32)).toBe(true);
  expect(nestsDeeper(Buffer.from(`["${'['.repeat(100)}","\\"${'{'.repeat(100)}"]`), 32)).toBe(false);
  expect(nestsDeeper(Buffer.from('["]"'.repeat(33)), 32)).toBe(true);
  expect(nestsDeeper(Buffer.from(`[${'[],'.repeat(100)}1]`), 2)).toBe(false);
});

test('a body of few brackets is let through without a walk; a deep one is not', () => {
  expect(isTooDeep(Buffer.from(JSON.stringify({ events: Array.from({ length: 1000 }, () => ({ player: {}, event: {}, game: {}, metadata: {} })) })), 32)).toBe(false);
  expect(isTooDeep(deep(1_000_000), 32)).toBe(true);
});
