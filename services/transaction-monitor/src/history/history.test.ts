import fc from 'fast-check';
import { ENTRY_BYTES, type Entry, readEntry, writeEntry } from './entry';
import { History, MAX_ENTRIES } from './history';

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const coordinate = fc.option(fc.integer({ min: -180_000_000, max: 180_000_000 }).map((value) => value / 1e6), { nil: null });
const entry: fc.Arbitrary<Entry> = fc.record({
  time: fc.integer({ min: 0, max: 4e15 }),
  amountMinor: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  currency: fc.constantFrom('USD', 'XOF', 'KWD'),
  direction: fc.constantFrom('in', 'out'),
  status: fc.constantFrom('completed', 'pending', 'failed', 'other'),
  suspicious: fc.boolean(),
  country: fc.constantFrom('', 'SN', 'FR'),
  lat: coordinate,
  lon: coordinate,
  counterpart: u64,
  customer: u64,
  name: u64,
  ip: u64,
});

test('an entry is read back as it was written', () => {
  fc.assert(fc.property(entry, (one) => expect(readEntry(Buffer.concat([Buffer.alloc(ENTRY_BYTES), writeEntry(one)]), ENTRY_BYTES)).toEqual(one)));
});

test('a history keeps the newest entries, however it is saved and read back, and what is stored stays bounded', () => {
  const [sample] = fc.sample(entry, 1) as [Entry];
  let stored = Buffer.alloc(0);
  let history = new History(null);
  const total = 5 * MAX_ENTRIES + 7;
  for (let time = 1; time <= total; time += 1) {
    history.add({ ...sample, time });
    if (time % 137 !== 0 && time !== total) continue;
    const write = history.takeWrite() as { op: string; bytes: Buffer };
    stored = write.op === 'set' ? Buffer.from(write.bytes) : Buffer.concat([stored, write.bytes]);
    expect(stored.length).toBeLessThanOrEqual(2 * MAX_ENTRIES * ENTRY_BYTES);
    if (time % 3 === 0) history = new History(stored);
  }
  expect(history.all.map(({ time }) => time)).toEqual(Array.from({ length: MAX_ENTRIES }, (_, at) => total - MAX_ENTRIES + 1 + at));
  expect(new History(stored).all).toEqual(history.all);
  expect(history.truncated).toBe(true);
  expect(history.takeWrite()).toBeNull();
});
