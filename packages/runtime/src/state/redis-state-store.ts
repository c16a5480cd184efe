import type { Redis } from 'ioredis';
import { StaleOwner } from '../log/port';
import type { PartitionName, PartitionSave, StateStore, StateWrite } from './port';
import { asRedisError } from './redis-errors';
import { SAVE_SCRIPT } from './save-script';

const OPS = { append: 'a', set: 's', delete: 'd' } as const;
const EMPTY = Buffer.alloc(0);
const CLEAR_SCAN_COUNT = 1000;

type SaveCommand = (keys: number, ...args: (string | number | Buffer)[]) => Promise<string>;

/**
 * State in Redis. Keys: `{<group>:<topic>:<partition>}:meta` (hash: epoch, offset) and `{…}:s:<key>` (bytes); the braces keep a
 * partition in one slot of Redis Cluster. @throws {Retriable} when Redis does not answer.
 */
export function createRedisStateStore(redis: Redis): StateStore {
  redis.defineCommand('stakewatchSave', { lua: SAVE_SCRIPT });
  const saveCommand = (redis as unknown as { stakewatchSave: SaveCommand }).stakewatchSave.bind(redis);
  return {
    async open(owner) {
      const meta = metaKey(owner);
      const answers = await guarded(redis.multi().hincrby(meta, 'epoch', 1).hget(meta, 'offset').exec());
      const [epoch, offset] = (answers ?? []).map(([error, value]) => {
        if (error) throw asRedisError(error);
        return value as number | string | null;
      });
      return { epoch: Number(epoch), nextOffset: offset === null || offset === undefined ? null : Number(offset) };
    },
    load: (owner, keys) => (keys.length === 0 ? Promise.resolve([]) : guarded(redis.mgetBuffer(keys.map((key) => stateKey(owner, key))))),
    async save(owner, save) {
      const answer = await guarded(saveCommand(save.writes.length + 1, ...saveArguments(owner, save)));
      if (answer !== 'OK') throw new StaleOwner(`${owner.topic}-${owner.partition}: store holds ${answer}, this owner has epoch ${save.epoch}, offset ${save.expectedOffset}`);
    },
    async clear(owner) {
      // The epoch goes up first: an owner that still works is refused from here on, so nothing comes back after the deletes.
      await guarded(redis.multi().hincrby(metaKey(owner), 'epoch', 1).hdel(metaKey(owner), 'offset').exec());
      let cursor = '0';
      do {
        const [next, keys] = await guarded(redis.scan(cursor, 'MATCH', `${escapeGlob(tag(owner))}:s:*`, 'COUNT', CLEAR_SCAN_COUNT));
        if (keys.length > 0) await guarded(redis.unlink(...keys));
        cursor = next;
      } while (cursor !== '0');
    },
  };
}

function saveArguments(owner: PartitionName, save: PartitionSave): (string | number | Buffer)[] {
  const args: (string | number | Buffer)[] = [metaKey(owner)];
  for (const { key } of save.writes) args.push(stateKey(owner, key));
  args.push(save.epoch, save.expectedOffset ?? '', save.nextOffset);
  for (const write of save.writes) args.push(OPS[write.op], write.bytes ?? EMPTY, ttlArgument(write));
  return args;
}

const ttlArgument = ({ ttlMs }: StateWrite): string | number => (ttlMs === undefined ? '' : Math.ceil(ttlMs));
const tag = ({ group, topic, partition }: PartitionName): string => `{${group}:${topic}:${partition}}`;
const metaKey = (owner: PartitionName): string => `${tag(owner)}:meta`;
const stateKey = (owner: PartitionName, key: string): string => `${tag(owner)}:s:${key}`;
const escapeGlob = (text: string): string => text.replace(/[*?[\]\\]/g, '\\$&');

async function guarded<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw asRedisError(error);
  }
}
