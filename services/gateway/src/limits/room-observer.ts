import type { RoomObserver } from './redis-room';
import { RESTRAINT, type Room } from './room';

const MEANING: Readonly<Record<Room, string>> = {
  ample: 'Redis has room again: the gateway remembers answers and idempotency keys in it',
  short: 'Redis is nearly full: each gateway remembers answers to single events by itself, idempotency keys are kept',
  scarce: 'Redis is all but full: new idempotency keys get 503, and each gateway remembers answers to single events by itself',
};

/** A line when something changes; a warning while something is held back. */
export function observeRoom(logger: Record<'warn' | 'info', (fields: object, message: string) => void>): RoomObserver {
  return {
    changed: (room, share) => logger[RESTRAINT[room] === 0 ? 'info' : 'warn']({ redisMemoryRatio: Math.round(share * 1000) / 1000 }, MEANING[room]),
    untold: (reason) => logger.warn({ reason }, 'Redis does not say how full it is: the gateway cannot leave room in it for the states of other services'),
  };
}
