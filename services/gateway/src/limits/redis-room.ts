import type { Redis } from 'ioredis';
import { readMemory, type Room, roomAfter, shareOf } from './room';

const LOOK_EVERY_MS = 1_000;

/** How full Redis is, asked once a second. */
export interface RedisRoom {
  /** Resolves after the first look, whatever came of it. */
  readonly first: Promise<void>;
  /** Whether answers to single events may be put into Redis. */
  hasAnswers(): boolean;
  /** Whether new idempotency keys may be. */
  hasKeys(): boolean;
  readonly now: Room;
  /** Of Redis' limit, as last read; 0 without one. */
  readonly share: number;
  stop(): void;
}

export interface RoomObserver {
  changed(room: Room, share: number): void;
  /** Redis answers, but not how full it is: it is taken to be as full as when it last said so, and for ample at first. Told once until it says so. */
  untold(reason: string): void;
}

/**
 * Asks by INFO, which says the limit also where CONFIG is not allowed. A Redis that is away changes nothing: when it is back, it is about as
 * full as it was.
 */
export function watchRedisRoom(redis: Redis, observer: RoomObserver): RedisRoom {
  let room: Room = 'ample';
  let share = 0;
  let told = true;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const take = (info: string): void => {
    const memory = readMemory(info);
    if (memory === null) return notTold('INFO memory lacks used_memory or maxmemory');
    told = true;
    share = shareOf(memory);
    const before = room;
    room = roomAfter(before, memory);
    if (room !== before) observer.changed(room, share);
  };
  const notTold = (reason: string): void => {
    if (told) observer.untold(reason);
    told = false;
  };
  const look = async (): Promise<void> => {
    try {
      take(await redis.info('memory'));
    } catch (error) {
      if (error instanceof Error && error.name === 'ReplyError') notTold(error.message);
    }
    if (!stopped) timer = setTimeout(() => void look(), LOOK_EVERY_MS).unref();
  };

  return {
    first: look(),
    hasAnswers: () => room === 'ample',
    hasKeys: () => room !== 'scarce',
    get now() {
      return room;
    },
    get share() {
      return share;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
