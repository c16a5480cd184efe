const FIRST_BYTES = 16 * 1024;
/** Of numbers up to 2^31. */
export const MOST_VARINT_BYTES = 5;

/** Writes one thing after the other into memory that is used again: what was written holds until the next reset. */
export class ByteWriter {
  /** What was written, from 0 to `end`. */
  memory = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Where the next byte goes; whoever writes into what `reserve` gave puts it on. */
  end = 0;

  /** Lets go what was written. */
  reset(): this {
    this.end = 0;
    return this;
  }

  private room(bytes: number): void {
    if (this.end + bytes <= this.memory.length) return;
    const memory = Buffer.allocUnsafeSlow(2 * (this.end + bytes));
    this.memory.copy(memory, 0, 0, this.end);
    this.memory = memory;
  }

  /** Memory in which at least so many bytes may be written from `end` on. */
  reserve(bytes: number): Buffer {
    this.room(bytes);
    return this.memory;
  }

  byte(value: number): this {
    this.room(1);
    this.memory[this.end++] = value;
    return this;
  }

  double(value: number): this {
    this.room(8);
    this.end = this.memory.writeDoubleLE(value, this.end);
    return this;
  }

  /** Unsigned, seven bits a byte. */
  varint(value: number): this {
    this.room(MOST_VARINT_BYTES);
    this.end = putVarint(this.memory, this.end, value);
    return this;
  }

  text(value: string): this {
    const bytes = Buffer.byteLength(value);
    this.varint(bytes).room(bytes);
    this.end += this.memory.write(value, this.end);
    return this;
  }

  /** The bytes from `from` to `to`. */
  bytes(source: Uint8Array, from: number, to: number): this {
    this.room(to - from);
    const { memory, end } = this;
    for (let at = from; at < to; at += 1) memory[end + at - from] = source[at] as number;
    this.end = end + to - from;
    return this;
  }
}

/** Writes an unsigned number at `at`, seven bits a byte, where there is room for it; returns what follows it. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest > 127) {
    bytes[end++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[end++] = rest;
  return end;
}

/** Reads what ByteWriter wrote. @throws {RangeError} at the end of the bytes. */
export class ByteReader {
  at = 0;
  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    if (this.done) throw new RangeError('the bytes end too early');
    return this.bytes[this.at++] as number;
  }

  word(): number {
    this.at += 2;
    return this.bytes.readUInt16LE(this.at - 2);
  }

  double(): number {
    this.at += 8;
    return this.bytes.readDoubleLE(this.at - 8);
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const start = this.skipText();
    return this.bytes.toString('utf8', start, this.at);
  }

  /** Where the text begins; it ends at `at`. */
  skipText(): number {
    const length = this.varint();
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError('the bytes end too early');
    return start;
  }
}
