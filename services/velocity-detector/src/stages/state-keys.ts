import type { SubjectKey, TimelineType } from '@stakewatch/rules';

const FIRST_ROOM = 512;
const ASCII_END = 128;

/** Key of a subject's state within its partition. */
export const stateKey = (timeline: TimelineType, companyId: string, subject: string): string => `${timeline}|${companyId}|${subject}`;

/** State keys straight from the bytes of their subjects: what all subjects of a company have in common is written once. Holds one key at a time. */
export class StateKeys implements SubjectKey {
  bytes = Buffer.alloc(FIRST_ROOM);
  words = wordsOf(this.bytes);
  length = 0;
  private company: string | null = null;
  private prefix = 0;

  constructor(private readonly timeline: TimelineType) {}

  /** The key at hand is from now on that of the subject that is the UTF-8 bytes from `from` to `to`. */
  write(companyId: string, subject: Buffer, from: number, to: number): this {
    if (companyId !== this.company) this.begin(companyId);
    const { prefix } = this;
    this.length = prefix + to - from;
    this.makeRoom(this.length);
    const { bytes } = this;
    let all = 0;
    for (let at = from; at < to; at += 1) {
      const byte = subject[at] as number;
      all |= byte;
      bytes[prefix + at - from] = byte;
    }
    // What is no text becomes one, so that a key's bytes and its text always name the same state.
    if (all >= ASCII_END) this.rewrite(subject.toString('utf8', from, to));
    return this;
  }

  text(): string {
    return this.bytes.toString('utf8', 0, this.length);
  }

  private rewrite(subject: string): void {
    const bytes = Buffer.from(subject);
    this.makeRoom(this.prefix + bytes.length);
    bytes.copy(this.bytes, this.prefix);
    this.length = this.prefix + bytes.length;
  }

  private begin(companyId: string): void {
    const prefix = Buffer.from(stateKey(this.timeline, companyId, ''));
    this.makeRoom(prefix.length);
    prefix.copy(this.bytes);
    this.prefix = prefix.length;
    this.company = companyId;
  }

  private makeRoom(length: number): void {
    if (length <= this.bytes.length) return;
    const bytes = Buffer.alloc(2 * length);
    this.bytes.copy(bytes);
    [this.bytes, this.words] = [bytes, wordsOf(bytes)];
  }
}

const wordsOf = ({ buffer, byteOffset, length }: Buffer): Uint32Array => new Uint32Array(buffer, byteOffset, length >>> 2);
