import type { ChainableCommander, Redis } from 'ioredis';
import { StaleOwner } from '../log/port';
import type { PartitionName, StateStore } from './port';
import { asRedisError, guarded } from './redis-errors';
import { sendSave } from './save-command';

const CLEAR_SCAN_COUNT = 1000;

/**
 * State in Redis. Keys: `{<group>:<topic>:<partition>}:meta` (hash: epoch, offset) and `{…}:s:<key>` (bytes); the braces keep a
 * partition in one slot of Redis Cluster. @throws {Retriable} when Redis does not answer.
 */
export function createRedisStateStore(redis: Redis): StateStore {
  return {
    async open(owner) {
      const answers = await guarded(nextEpoch(redis, owner).hget(metaKey(owner), 'offset').exec());
      const [, epoch, offset] = (answers ?? []).map(([error, value]) => {
        if (error) throw asRedisError(error);
        return value as number | string | null;
      });
      return { epoch: Number(epoch), nextOffset: offset === null || offset === undefined ? null : Number(offset) };
    },
    async load(owner, keys) {
      if (keys.length === 0) return [];
      const prefix = statePrefix(owner);
      return guarded(redis.mgetBuffer(keys.map((key) => prefix + key)));
    },
    async save(owner, save) {
      const answer = await guarded(sendSave(redis, metaKey(owner), statePrefix(owner), save));
      if (answer !== 'OK') throw new StaleOwner(`${owner.topic}-${owner.partition}: store holds ${answer}, this owner has epoch ${save.epoch}, offset ${save.expectedOffset}`);
    },
    async clear(owner) {
      // The epoch goes up first: an owner that still works is refused from here on, so nothing comes back after the deletes.
      await guarded(nextEpoch(redis, owner).hdel(metaKey(owner), 'offset').exec());
      let cursor = '0';
      do {
        const [next, keys] = await guarded(redis.scan(cursor, 'MATCH', `${escapeGlob(tag(owner))}:s:*`, 'COUNT', CLEAR_SCAN_COUNT));
        if (keys.length > 0) await guarded(redis.unlink(...keys));
        cursor = next;
      } while (cursor !== '0');
    },
  };
}

/** Of a partition that the store has lost, epochs begin at the clock: an owner from before never holds a valid one again. */
function nextEpoch(redis: Redis, owner: PartitionName): ChainableCommander {
  const meta = metaKey(owner);
  return redis.multi().hsetnx(meta, 'epoch', Date.now()).hincrby(meta, 'epoch', 1);
}

const tag = ({ group, topic, partition }: PartitionName): string => `{${group}:${topic}:${partition}}`;
const metaKey = (owner: PartitionName): string => `${tag(owner)}:meta`;
const statePrefix = (owner: PartitionName): string => `${tag(owner)}:s:`;
const escapeGlob = (text: string): string => text.replace(/[*?[\]\\]/g, '\\$&');
