import { randomBase62 } from './base62';

test('bytes from 248 on are thrown away, so that no letter is likelier than another', () => {
  const bytes = [248, 255, 0, 61, 62, 247, 250];
  expect(randomBase62(4, () => Uint8Array.from(bytes))).toBe('0z0z');
});

test('every byte below 248 gives each letter exactly four times', () => {
  const all = randomBase62(248, () => Uint8Array.from({ length: 256 }, (_, at) => at));
  const counts = new Map<string, number>();
  for (const letter of all) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(62);
  expect(new Set(counts.values())).toEqual(new Set([4]));
});
