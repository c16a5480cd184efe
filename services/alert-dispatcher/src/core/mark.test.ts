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

test('commits of before say what they said', () => {
  expect(markOf('{"waiting_since":5,"worked_until":null}')).toEqual({ waitingSinceMs: 5, workedUntil: null });
  expect(markOf('{"waiting_since":null,"worked_until":7}')).toEqual({ waitingSinceMs: null, workedUntil: 7 });
});
