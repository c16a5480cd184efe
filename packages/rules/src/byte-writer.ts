/** A buffer that grows; one is shared by all encoders, as nothing here is asynchronous. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafeSlow(64 * 1024);
  length = 0;

  reset(): this {
    this.length = 0;
    return this;
  }

  private room(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  byte(value: number): this {
    this.room(1);
    this.buffer[this.length++] = value;
    return this;
  }

  /** 16 bits. */
  word(value: number): this {
    this.room(2);
    this.buffer[this.length++] = value & 255;
    this.buffer[this.length++] = value >>> 8;
    return this;
  }

  double(value: number): this {
    this.room(8);
    this.length = this.buffer.writeDoubleLE(value, this.length);
    return this;
  }

  /** Unsigned, seven bits a byte. */
  varint(value: number): this {
    this.room(5);
    let rest = value;
    while (rest > 127) {
      this.buffer[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
    return this;
  }

  text(value: string): this {
    const bytes = Buffer.byteLength(value);
    this.varint(bytes).room(bytes);
    this.length += this.buffer.write(value, this.length);
    return this;
  }

  /** A copy of what was written. */
  take(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }
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
    const length = this.varint();
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError('the bytes end too early');
    return this.bytes.toString('utf8', start, this.at);
  }
}
