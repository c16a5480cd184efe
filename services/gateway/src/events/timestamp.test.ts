import fc from 'fast-check';
import { isoMicros, microsOf, monthOf } from './timestamp';

test.each([
  ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12) * 1000],
  ['2026-01-31T12:00:00+02:00', Date.UTC(2026, 0, 31, 10) * 1000],
  ['2026-01-31T12:00:00.123456-0530', Date.UTC(2026, 0, 31, 17, 30) * 1000 + 123_456],
  ['2024-02-29T23:59:59.5Z', Date.UTC(2024, 1, 29, 23, 59, 59) * 1000 + 500_000],
  ['2026-01-31T12:00:00.1234567Z', Date.UTC(2026, 0, 31, 12) * 1000 + 123_456],
  ['1970-01-01T00:00:00Z', 0],
])('%s is read', (text, micros) => {
  expect(microsOf(text)).toBe(micros);
});

test.each([
  '2026-02-29T12:00:00Z', '2026-02-30T12:00:00Z', '2026-13-01T12:00:00Z', '2026-00-10T12:00:00Z', '2026-01-00T12:00:00Z',
  '2026-01-31T24:00:00Z', '2026-01-31T12:60:00Z', '2026-01-31T12:00:60Z', '2026-01-31T12:00:00', '2026-01-31 12:00:00Z',
  '2026-01-31T12:00:00z', '2026-01-31', '', 'now', '1706702400', '2026-01-31T12:00:00+15:00', '2026-01-31T12:00:00+02:60',
  '1969-12-31T23:59:59Z', '20a6-01-31T12:00:00Z', '2026-01-31T12:00:00.Z', '2026-01-31T12:00:00.0123456789Z', '+026-01-31T12:00:00Z',
  '2026-01-31T12:00:00.12-Z', '2026-01-31T12:00:00.x23Z', '2026-01-31T12:00:0a.123Z', '1969-12-31T23:59:59.999Z',
])('%j is no instant', (text) => {
  expect(microsOf(text)).toBeNaN();
});

test('all readers agree with Date on every millisecond of every day', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), fc.integer({ min: 0, max: 999 }), (seconds, millis) => {
      const iso = new Date(seconds * 1000 + millis).toISOString();
      expect(microsOf(`${iso.slice(0, 19)}Z`)).toBe(seconds * 1_000_000);
      expect(microsOf(iso)).toBe(seconds * 1_000_000 + millis * 1000);
      expect(microsOf(`${iso.slice(0, 23)}000+00:00`)).toBe(seconds * 1_000_000 + millis * 1000);
    }),
  );
});

test('what is written is read back, to the microsecond', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 8_000_000_000_000_000 }), (micros) => expect(microsOf(isoMicros(micros))).toBe(micros)));
});

test('the month is that of UTC', () => {
  expect(monthOf(microsOf('2026-02-01T00:30:00+02:00'))).toBe(202601);
  expect(monthOf(microsOf('2026-01-31T23:30:00-02:00'))).toBe(202602);
});

test('the month is right to the microsecond, whichever was asked for before', () => {
  const start = Date.UTC(2026, 1) * 1000;
  const end = Date.UTC(2026, 2) * 1000;
  expect([start, start - 1, end - 1, end, start].map(monthOf)).toEqual([202602, 202601, 202602, 202603, 202602]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 8_000_000_000_000_000 }), { minLength: 1 }), (instants) => {
      for (const micros of instants) expect(monthOf(micros)).toBe(Number(new Date(Math.floor(micros / 1000)).toISOString().slice(0, 7).replace('-', '')));
    }),
  );
});
