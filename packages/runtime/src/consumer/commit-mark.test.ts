import { readMark, textOfMark } from './commit-mark';
import { noteOf, publishedUntil } from './published-until';

test('counts are read as they were written; what is null is not', () => {
  expect(textOfMark({ a: 7, b: null })).toBe('{"a":7}');
  expect(readMark('{"a":7}', ['a', 'b'])).toEqual({ a: 7, b: null });
  expect(textOfMark({ a: null })).toBeUndefined();
  expect(readMark(textOfMark({ a: 0 }) as string, ['a'])).toEqual({ a: 0 });
});

test.each([null, '', '{', 'null', '[]', '5', '"a"', 'block:7', '{"a":"1"}', '{"a":-1}', '{"a":1.5}', '{"a":1e400}'])('%j says nothing', (metadata) => {
  expect(readMark(metadata, ['a'])).toEqual({ a: null });
});

test('how far a group had come stands in commits as it always did', () => {
  expect(noteOf(42)).toBe('{"published_until":42}');
  expect(publishedUntil({ offset: 7, metadata: '{"published_until":42}' })).toBe(42);
  expect(publishedUntil({ offset: 50, metadata: '{"published_until":42}' })).toBe(50);
  expect(publishedUntil({ offset: null, metadata: 'by hand' })).toBe(0);
});
