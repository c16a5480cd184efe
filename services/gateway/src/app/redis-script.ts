import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script that is sent by its digest; whole when Redis does not know it (yet, or any more). */
export class RedisScript {
  private readonly digest: string;

  constructor(private readonly text: string) {
    this.digest = createHash('sha1').update(text).digest('hex');
  }

  async run(redis: Redis, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.digest, keys.length, ...keys, ...values);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(this.text, keys.length, ...keys, ...values);
    }
  }
}
