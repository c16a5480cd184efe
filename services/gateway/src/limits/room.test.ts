import fc from 'fast-check';
import { readMemory, type RedisMemory, type Room, roomAfter } from './room';

const LIMIT = 1_000;
const used = (thousandths: number): RedisMemory => ({ used: thousandths, limit: LIMIT });
const rooms = (...thousandths: number[]): Room[] => {
  let room: Room = 'ample';
  return thousandths.map((share) => (room = roomAfter(room, used(share))));
};

test('answers stop at 75% and come back below 70%', () => {
  expect(rooms(749, 750, 720, 700, 699, 749)).toEqual(['ample', 'short', 'short', 'short', 'ample', 'ample']);
});

test('idempotency keys stop at 90% and come back below 85%, answers later', () => {
  expect(rooms(899, 900, 850, 849, 899, 700, 699)).toEqual(['short', 'scarce', 'scarce', 'short', 'short', 'short', 'ample']);
});

test('from full to empty and back at once', () => {
  expect(rooms(1_100, 0, 1_000, 860, 0)).toEqual(['scarce', 'ample', 'scarce', 'scarce', 'ample']);
});

test.each<Room>(['ample', 'short', 'scarce'])('%s: without a limit there is ample room; what is not known changes nothing', (before) => {
  expect(roomAfter(before, { used: 64e9, limit: 0 })).toBe('ample');
  expect(roomAfter(before, null)).toBe(before);
});

test('whatever is read, in whatever order: each bound holds', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 1_100 })), { maxLength: 60 }), (readings) => {
      let room: Room = 'ample';
      for (const share of readings) {
        const before = room;
        room = roomAfter(before, share === null ? null : used(share));
        if (share === null) {
          expect(room).toBe(before);
          continue;
        }
        if (share >= 900) expect(room).toBe('scarce');
        if (share >= 750) expect(room).not.toBe('ample');
        if (share < 850) expect(room).not.toBe('scarce');
        if (share < 700) expect(room).toBe('ample');
      }
    }),
  );
});

test('readings that stay within five hundredths of each other change the room once at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_050 }), fc.array(fc.integer({ min: 0, max: 49 }), { minLength: 1, maxLength: 60 }), fc.constantFrom<Room>('ample', 'short', 'scarce'), (low, steps, before) => {
      const seen = steps.reduce<Room[]>((all, step) => [...all, roomAfter(all.at(-1) as Room, used(low + step))], [before]);
      const settled = seen.slice(1);
      expect(settled.filter((room, index) => index > 0 && room !== settled[index - 1]).length).toBeLessThanOrEqual(1);
    }),
  );
});

describe("what INFO memory says", () => {
  const INFO = '# Memory\r\nused_memory:1000\r\nused_memory_human:1000B\r\nused_memory_peak:5000\r\nmaxmemory:4000\r\nmaxmemory_human:3.91K\r\nmaxmemory_policy:noeviction\r\nmem_not_counted_for_evict:200\r\n';

  test('is taken as Redis itself compares it', () => expect(readMemory(INFO)).toEqual({ used: 800, limit: 4000 }));
  test('may lack what is not counted', () => expect(readMemory('used_memory:1000\r\nmaxmemory:0')).toEqual({ used: 1000, limit: 0 }));
  test.each(['', '# Memory\r\nused_memory:1000\r\n', 'maxmemory:4000\r\n', 'used_memory:many\r\nmaxmemory:4000\r\n'])('is not known when it says less: %j', (info) => expect(readMemory(info)).toBeNull());
});
