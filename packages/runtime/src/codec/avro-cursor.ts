const LONGEST_FEW = 32;
const SLOTS = 512;

interface Kept {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Texts that come again and again, by their bytes: a place has the text that was there last. */
export class FewTexts {
  private readonly slots: (Kept | undefined)[] = new Array<Kept | undefined>(SLOTS).fill(undefined);

  text(bytes: Buffer, from: number, to: number): string {
    if (to - from > LONGEST_FEW) return bytes.toString('utf8', from, to);
    let hash = to - from;
    for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const slot = (hash ^ (hash >>> 9)) & (SLOTS - 1);
    const kept = this.slots[slot];
    if (kept && isSame(kept.bytes, bytes, from, to)) return kept.text;
    const text = bytes.toString('utf8', from, to);
    this.slots[slot] = { bytes: Uint8Array.prototype.slice.call(bytes, from, to), text };
    return text;
  }
}

function isSame(kept: Uint8Array, bytes: Buffer, from: number, to: number): boolean {
  if (kept.length !== to - from) return false;
  for (let at = 0; at < kept.length; at += 1) if (kept[at] !== bytes[from + at]) return false;
  return true;
}

/** Reads Avro's binary form of plain fields, one after the other. @throws {RangeError} where the bytes are not what is asked for. */
export class AvroCursor {
  private bytes: Buffer = Buffer.alloc(0);
  private end = 0;
  /** Where the next field begins. */
  at = 0;

  /** Reads from `from` to `to`, and nothing beyond: what follows there is somebody else's. */
  open(bytes: Buffer, from: number, to: number): void {
    if (to > bytes.length) throw new RangeError('an end beyond the bytes');
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** Everything must have been read. */
  close(): void {
    if (this.at !== this.end) throw new RangeError('bytes are left over');
  }

  /** An int, a long, or an enum's place. Longs beyond 2^53 are refused, as everywhere. */
  long(): number {
    const byte = this.byte(this.bytes);
    // Nearly all are lengths and other small numbers.
    return byte < 128 ? (byte >>> 1) ^ -(byte & 1) : this.longerLong(byte);
  }

  double(): number {
    this.at += 8;
    if (this.at > this.end) throw new RangeError('the bytes end too early');
    return this.bytes.readDoubleLE(this.at - 8);
  }

  boolean(): boolean {
    const byte = this.byte(this.bytes);
    if (byte > 1) throw new RangeError('neither true nor false');
    return byte === 1;
  }

  /** Of a field that is null or has a value: whether the value follows. */
  hasValue(): boolean {
    const byte = this.byte(this.bytes);
    if (byte !== 0 && byte !== 2) throw new RangeError('no such branch');
    return byte === 2;
  }

  fewText(few: FewTexts): string {
    const from = this.skipText();
    return few.text(this.bytes, from, this.at);
  }

  /** Where the text begins; it ends at `at`. */
  skipText(): number {
    const length = this.long();
    const from = this.at;
    this.at += length;
    if (length < 0 || this.at > this.end) throw new RangeError('a text beyond the end');
    return from;
  }

  private longerLong(first: number): number {
    const { bytes } = this;
    let byte = first;
    let low = byte & 127;
    for (let shift = 7; byte > 127 && shift < 28; shift += 7) {
      byte = this.byte(bytes);
      low |= (byte & 127) << shift;
    }
    if (byte < 128) return (low >> 1) ^ -(low & 1);
    // Without the sign's bit, so that what is below 2^53 is exact on the way, too.
    let value = low >>> 1;
    for (let factor = 134_217_728; byte > 127; factor *= 128) {
      byte = this.byte(bytes);
      value += (byte & 127) * factor;
    }
    const number = (low & 1) === 1 ? -value - 1 : value;
    if (!Number.isSafeInteger(number)) throw new RangeError('a number beyond 2^53');
    return number;
  }

  private byte(bytes: Buffer): number {
    if (this.at >= this.end) throw new RangeError('the bytes end too early');
    return bytes[this.at++] as number;
  }
}
