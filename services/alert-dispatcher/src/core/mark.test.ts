import { markOf, textOfMark } from './mark';

test.each([
  { waitingSinceMs: 1_790_000_000_000, workedUntil: null },
  { waitingSinceMs: null, workedUntil: 7 },
  { waitingSinceMs: 0, workedUntil: 0 },
])('%j is read as it was written', (mark) => expect(markOf(textOfMark(mark) as string)).toEqual(mark));

test('nothing to say is no text', () => {
  expect(textOfMark({ waitingSinceMs: null, workedUntil: null })).toBeUndefined();
});

test.each([null, '', '{', 'null', '[]', '5', '{"waiting_since":"1","worked_until":-1}', '{"waiting_since":1e400}'])('%j says nothing', (text) => {
  expect(markOf(text)).toEqual({ waitingSinceMs: null, workedUntil: null });
});
