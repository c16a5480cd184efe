import type { TimelineType } from '@stakewatch/rules';

const FIRST_ROOM = 512;
const ASCII_END = 128;

/** Key of a subject's state within its partition. */
export const stateKey = (timeline: TimelineType, companyId: string, subject: string): string => `${timeline}|${companyId}|${subject}`;

/** State keys straight from the bytes of their subjects: what all subjects of a company have in common is written once. */
export class StateKeys {
  private room = Buffer.alloc(FIRST_ROOM);
  private company: string | null = null;
  private prefix = 0;
  private isAsciiPrefix = true;
  /** Whether the key at hand is. */
  private isAscii = true;

  constructor(private readonly timeline: TimelineType) {}

  /** `stateKey` of the subject that is the UTF-8 bytes from `from` to `to`. */
  key(companyId: string, bytes: Uint8Array, from: number, to: number): string {
    const end = this.write(companyId, bytes, from, to);
    return this.isAscii ? this.room.toString('latin1', 0, end) : this.room.toString('utf8', 0, end);
  }

  /** The key's own bytes; they hold until the next call. */
  keyBytes(companyId: string, bytes: Uint8Array, from: number, to: number): Buffer {
    return this.room.subarray(0, this.write(companyId, bytes, from, to));
  }

  private write(companyId: string, bytes: Uint8Array, from: number, to: number): number {
    if (companyId !== this.company) this.begin(companyId);
    const end = this.prefix + to - from;
    if (end > this.room.length) this.room = Buffer.concat([this.room], 2 * end);
    let all = 0;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] as number;
      all |= byte;
      this.room[this.prefix + at - from] = byte;
    }
    this.isAscii = this.isAsciiPrefix && all < ASCII_END;
    return end;
  }

  private begin(companyId: string): void {
    const prefix = Buffer.from(stateKey(this.timeline, companyId, ''));
    if (prefix.length > this.room.length) this.room = Buffer.alloc(2 * prefix.length);
    prefix.copy(this.room);
    this.prefix = prefix.length;
    this.isAsciiPrefix = prefix.every((byte) => byte < ASCII_END);
    this.company = companyId;
  }
}
