import fc from 'fast-check';
import { isoOfMicros, microsOfIso } from './instants';

test('microseconds as document 000 writes them', () => {
  expect(isoOfMicros(Date.parse('2026-02-07T06:19:00.681Z') * 1_000 + 884)).toBe('2026-02-07T06:19:00.681884Z');
  expect(microsOfIso('2026-02-07T06:19:00Z')).toBe(Date.parse('2026-02-07T06:19:00Z') * 1_000);
});

test('there and back', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4_102_444_800_000_000 }), (micros) => expect(microsOfIso(isoOfMicros(micros))).toBe(micros)));
});

test.each(['', '2026-02-07', '2026-02-07 06:19:00', '2026-13-07T06:19:00Z', '2026-02-07T06:19:00.1234567Z'])('%j is no instant', (text) => {
  expect(() => microsOfIso(text)).toThrow(RangeError);
});
