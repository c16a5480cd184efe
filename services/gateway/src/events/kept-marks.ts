import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { OpenNumbers } from './open-numbers';

const KEEP_SECONDS = 2 * 86_400;
const WRITE_EVERY_MS = 50;
/** Who finds an answer that no mark covers looks again after this time: the mark may be on its way, or the event itself. */
const LOOK_AGAIN_MS = 2 * WRITE_EVERY_MS;

/** The n-th answer that a gateway reserved under one name. */
export interface Reserved {
  readonly by: string;
  readonly number: number;
}

/** A name under which a gateway reserves answers, and the numbers of those whose events are not acknowledged yet. */
class Generation {
  readonly name = randomBytes(9).toString('base64url');
  readonly numbers = new OpenNumbers();

  /** Every number below it is kept or was never used. */
  get mark(): number {
    return this.numbers.oldest;
  }
}

/**
 * Tells of answers reserved in Redis whether their events are in Kafka, with one small write every 50 ms instead of one for each event:
 * a gateway numbers what it reserves, and writes up to which number all of it is acknowledged (docs/decisions/0113). When an event is
 * lost (not acknowledged in time, say), the gateway goes on under a new name: the mark of the old one never passes the lost number.
 * A process that dies leaves its mark where it was. Either way nothing is said to be kept that may not be.
 */
export class KeptMarks {
  private current = new Generation();
  private written = '';
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly redis: Redis) {
    this.timer = setInterval(() => void this.write(), WRITE_EVERY_MS);
    this.timer.unref();
  }

  reserve(): Reserved {
    const { name, numbers } = this.current;
    return { by: name, number: numbers.open() };
  }

  /** The event is in Kafka, or the number was not used after all. */
  close({ by, number }: Reserved): void {
    if (by === this.current.name) this.current.numbers.close(number);
  }

  lost({ by }: Reserved): void {
    if (by === this.current.name) this.current = new Generation();
  }

  /** False also when Redis does not answer: then it is not known. */
  async isKept(reserved: Reserved): Promise<boolean> {
    if (await this.isBelowMark(reserved)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    return this.isBelowMark(reserved);
  }

  /** Writes the last mark: what was kept before a restart stays known. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private async isBelowMark({ by, number }: Reserved): Promise<boolean> {
    if (by === this.current.name) return number < this.current.mark;
    const mark = await this.redis.get(keyOf(by)).catch(() => null);
    return mark !== null && number < Number(mark);
  }

  private async write(): Promise<void> {
    const { name, mark } = this.current;
    const now = `${name} ${mark}`;
    if (mark === 1 || now === this.written) return;
    // Not written now is written next time: until then repeats are published again.
    const written = await this.redis.set(keyOf(name), mark, 'EX', KEEP_SECONDS).then(() => true, () => false);
    if (written) this.written = now;
  }
}

const keyOf = (name: string): string => `gw:kept:${name}`;
