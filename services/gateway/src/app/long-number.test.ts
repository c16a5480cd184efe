import fc from 'fast-check';
import { hasLongNumber } from './long-number';

test('finds what the regular expression finds, wherever it stands', () => {
  const piece = fc.oneof(fc.constantFrom('1', '23', '4.5', '1234567', '12345678', 'a', '"', ' '), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom(2, 8, 16), (pieces, length) => {
      const text = pieces.join('');
      expect(hasLongNumber(Buffer.from(text), length)).toBe(new RegExp(`[0-9.]{${length}}`).test(text));
    }),
    { numRuns: 1000 },
  );
});
