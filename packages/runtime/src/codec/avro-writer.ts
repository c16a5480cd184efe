const FIRST_ROOM = 16 * 1024;
/** With its sign it is an integer of 31 bits. */
const LARGEST_SMALL = 0x3fff_ffff;
/** Bytes of a long at most. */
export const LONGEST_LONG = 10;

/** Writes Avro's binary form of plain fields, one after the other: the counterpart of AvroCursor. */
export class AvroWriter {
  private room: Buffer;
  private end = 0;

  constructor(firstRoom = FIRST_ROOM) {
    this.room = Buffer.allocUnsafeSlow(firstRoom);
  }

  /** Bytes written. */
  get length(): number {
    return this.end;
  }

  /** Bytes of memory that it holds. */
  get held(): number {
    return this.room.length;
  }

  /** Lets go what was written. */
  reset(): this {
    this.end = 0;
    return this;
  }

  /** What was written; it holds until more is. */
  get written(): Buffer {
    return this.room.subarray(0, this.end);
  }

  /** An int, a long, or an enum's place. Whole numbers up to 2^53 either way. */
  long(value: number): void {
    this.need(LONGEST_LONG);
    const sign = value < 0 ? 1 : 0;
    let rest = value < 0 ? -value - 1 : value;
    if (rest > LARGEST_SMALL) {
      // The sign and six bits, so that numbers up to 2^53 stay exact.
      this.room[this.end++] = (rest % 64) * 2 + sign + 128;
      rest = Math.floor(rest / 64);
      while (rest > 0x7fffffff) {
        this.room[this.end++] = (rest % 128) | 128;
        rest = Math.floor(rest / 128);
      }
    } else rest = rest * 2 + sign;
    while (rest > 127) {
      this.room[this.end++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.room[this.end++] = rest;
  }

  double(value: number): void {
    this.need(8);
    this.end = this.room.writeDoubleLE(value, this.end);
  }

  /** Of a field that is null or has a value: which of the two follows. */
  branch(hasValue: boolean): void {
    this.long(hasValue ? 1 : 0);
  }

  /** The text that is the UTF-8 bytes from `from` to `to`. */
  text(bytes: Uint8Array, from = 0, to = bytes.length): void {
    this.long(to - from);
    this.need(to - from);
    const { room, end } = this;
    for (let at = from; at < to; at += 1) room[end + at - from] = bytes[at] as number;
    this.end = end + to - from;
  }

  private need(bytes: number): void {
    if (this.end + bytes <= this.room.length) return;
    const grown = Buffer.allocUnsafeSlow(2 * (this.end + bytes));
    this.room.copy(grown, 0, 0, this.end);
    this.room = grown;
  }
}
