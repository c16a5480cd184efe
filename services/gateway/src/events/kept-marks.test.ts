import type { Redis } from 'ioredis';
import { KeptMarks } from './kept-marks';

/** A Redis of marks alone, which two gateways share and which can be down. */
function scene() {
  const stored = new Map<string, string>();
  const state = { down: false };
  const answer = async <T>(value: () => T): Promise<T> => {
    if (state.down) throw new Error('down');
    return value();
  };
  const redis = {
    get: (key: string) => answer(() => stored.get(key) ?? null),
    set: (key: string, value: number) => answer(() => void stored.set(key, String(value))),
  } as unknown as Redis;
  return { state, ours: new KeptMarks(redis), other: new KeptMarks(redis) };
}

/** Timers of 50 and 100 ms run at once, promises between them too. */
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function asked<T>(question: Promise<T>): Promise<T> {
  await jest.advanceTimersByTimeAsync(500);
  return question;
}

test('what is closed is known as kept by every gateway, what is open is not', async () => {
  const { ours, other } = scene();
  const [first, second] = [ours.reserve(), ours.reserve()];
  ours.close(first);
  expect(await asked(other.isKept(first))).toBe(true);
  expect(await asked(ours.isKept(first))).toBe(true);
  expect(await asked(other.isKept(second))).toBe(false);
  expect(await asked(ours.isKept(second))).toBe(false);
});

test('the mark never passes the oldest that is open, whatever comes after it', async () => {
  const { ours, other } = scene();
  const oldest = ours.reserve();
  const younger = ours.reserve();
  ours.close(younger);
  expect(await asked(other.isKept(younger))).toBe(false);
  ours.close(oldest);
  expect(await asked(other.isKept(younger))).toBe(true);
});

test('what is lost is never known as kept, nor is what its gateway reserved after it under the same name; a new name goes on', async () => {
  const { ours, other } = scene();
  const before = ours.reserve();
  ours.close(before);
  await jest.advanceTimersByTimeAsync(100);
  const lost = ours.reserve();
  const beside = ours.reserve();
  ours.lost(lost);
  ours.close(beside);
  const after = ours.reserve();
  ours.close(after);
  expect(await asked(other.isKept(before))).toBe(true);
  expect(await asked(other.isKept(lost))).toBe(false);
  expect(await asked(ours.isKept(lost))).toBe(false);
  expect(await asked(other.isKept(beside))).toBe(false);
  expect(await asked(other.isKept(after))).toBe(true);
});

test('a repeat that comes before the mark is written looks again, and finds it', async () => {
  const { ours, other } = scene();
  const reserved = ours.reserve();
  ours.close(reserved);
  expect(await asked(other.isKept(reserved))).toBe(true);
});

test('a mark that Redis did not take is written when it can be', async () => {
  const { state, ours, other } = scene();
  state.down = true;
  const reserved = ours.reserve();
  ours.close(reserved);
  expect(await asked(other.isKept(reserved))).toBe(false);
  state.down = false;
  expect(await asked(other.isKept(reserved))).toBe(true);
});

test('the end writes the last mark', async () => {
  const { ours, other } = scene();
  const reserved = ours.reserve();
  ours.close(reserved);
  await ours.end();
  expect(await asked(other.isKept(reserved))).toBe(true);
});
