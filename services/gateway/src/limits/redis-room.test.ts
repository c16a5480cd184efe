import type { Redis } from 'ioredis';
import { type RedisRoom, watchRedisRoom } from './redis-room';

/** A Redis of which only INFO is asked. */
function scene() {
  const state: { used: number; limit: number; failure: Error | null; asked: number } = { used: 10, limit: 100, failure: null, asked: 0 };
  const told: string[] = [];
  const redis = {
    info: async (section: string) => {
      state.asked += 1;
      if (state.failure) throw state.failure;
      return section === 'memory' ? `# Memory\r\nused_memory:${state.used}\r\nmaxmemory:${state.limit}\r\n` : '';
    },
  } as unknown as Redis;
  const room = watchRedisRoom(redis, { changed: (now, share) => told.push(`${now} ${share}`), untold: (reason) => told.push(reason) });
  return { state, told, room };
}

const replyError = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
const allows = (room: RedisRoom) => [room.hasAnswers(), room.hasKeys()];
const nextLook = () => jest.advanceTimersByTimeAsync(1_000);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('is looked at once a second, and told when it changes', async () => {
  const { state, told, room } = scene();
  await room.first;
  expect([allows(room), room.now, room.share]).toEqual([[true, true], 'ample', 0.1]);
  state.used = 80;
  expect(allows(room)).toEqual([true, true]);
  await nextLook();
  expect(allows(room)).toEqual([false, true]);
  state.used = 95;
  await nextLook();
  expect(allows(room)).toEqual([false, false]);
  await nextLook();
  state.used = 50;
  await nextLook();
  expect(allows(room)).toEqual([true, true]);
  expect(told).toEqual(['short 0.8', 'scarce 0.95', 'ample 0.5']);
  room.stop();
});

test('a Redis that is away changes nothing, and nothing is told: its connection says so itself', async () => {
  const { state, told, room } = scene();
  state.used = 80;
  await nextLook();
  state.failure = new Error('Connection is closed.');
  await nextLook();
  expect(allows(room)).toEqual([false, true]);
  expect(told).toEqual(['short 0.8']);
  room.stop();
});

test('a Redis that does not say how full it is: told once, again when it had said so in between; everything is remembered', async () => {
  const { state, told, room } = scene();
  state.failure = replyError('NOPERM this user has no permissions to run the "info" command');
  await nextLook();
  await nextLook();
  state.failure = null;
  await nextLook();
  state.failure = replyError('NOPERM again');
  await nextLook();
  expect(told).toEqual(['NOPERM this user has no permissions to run the "info" command', 'NOPERM again']);
  expect(allows(room)).toEqual([true, true]);
  room.stop();
});

test('after its stop nothing is asked any more', async () => {
  const { state, room } = scene();
  await room.first;
  room.stop();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(state.asked).toBe(1);
});
