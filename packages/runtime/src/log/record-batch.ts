import { crc32c } from '@node-rs/crc32';

/**
 * Writes records straight into one of Kafka's record batches (message format v2, no compression), in a slab that is reused.
 * Layout: kafka.apache.org/documentation "Record Batch".
 */
const HEADER_BYTES = 61;
const LENGTH_AT = 8;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const COUNT_AT = 57;
/** Length, attributes, timestamp and offset deltas, key and value lengths, header count: at most 5 + 1 + 10 + 5 + 5 + 5 + 5. */
const RECORD_OVERHEAD = 36;
const FIRST_SLAB_BYTES = 64 * 1024;

export interface BatchRecord {
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export class RecordBatch {
  private slab = Buffer.allocUnsafeSlow(FIRST_SLAB_BYTES);
  private end = HEADER_BYTES;
  private firstTimestamp = 0;
  private maxTimestamp = 0;
  count = 0;

  get bytes(): number {
    return this.end;
  }

  /** Bytes that it holds in memory. */
  get room(): number {
    return this.slab.length;
  }

  reset(): void {
    this.end = HEADER_BYTES;
    this.count = 0;
  }

  /** @param timestamp milliseconds. */
  append({ key, value, headers }: BatchRecord, timestamp: number): void {
    if (this.count === 0) this.firstTimestamp = this.maxTimestamp = timestamp;
    else if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
    const keyBytes = typeof key === 'string' ? Buffer.byteLength(key) : (key?.length ?? -1);
    const valueBytes = value?.length ?? -1;
    const pairs = headers ? Object.entries(headers) : [];
    const delta = timestamp - this.firstTimestamp;
    const body =
      1 + varintBytes(delta) + varintBytes(this.count) +
      varintBytes(keyBytes) + Math.max(0, keyBytes) +
      varintBytes(valueBytes) + Math.max(0, valueBytes) +
      varintBytes(pairs.length) + headerBytes(pairs);
    this.reserve(body + RECORD_OVERHEAD);
    const { slab } = this;
    let at = writeVarint(slab, this.end, body);
    slab[at++] = 0;
    at = writeVarint(slab, at, delta);
    at = writeVarint(slab, at, this.count);
    at = writeVarint(slab, at, keyBytes);
    if (typeof key === 'string') at += slab.write(key, at, 'utf8');
    else if (key) at += key.copy(slab, at);
    at = writeVarint(slab, at, valueBytes);
    if (value) at += value.copy(slab, at);
    at = writeVarint(slab, at, pairs.length);
    for (const [name, text] of pairs) {
      at = writeText(slab, at, name);
      at = writeText(slab, at, text);
    }
    this.end = at;
    this.count += 1;
  }

  /** The whole batch; valid until the next reset or append. */
  finish(): Buffer {
    const { slab, end } = this;
    slab.fill(0, 0, HEADER_BYTES);
    slab.writeInt32BE(end - LENGTH_AT - 4, LENGTH_AT);
    slab.writeInt32BE(-1, LENGTH_AT + 4); // partition leader epoch: set by the broker
    slab[CRC_AT - 1] = 2; // magic
    slab.writeInt16BE(0, ATTRIBUTES_AT);
    slab.writeInt32BE(this.count - 1, LAST_OFFSET_DELTA_AT);
    slab.writeBigInt64BE(BigInt(this.firstTimestamp), FIRST_TIMESTAMP_AT);
    slab.writeBigInt64BE(BigInt(this.maxTimestamp), MAX_TIMESTAMP_AT);
    slab.fill(0xff, MAX_TIMESTAMP_AT + 8, COUNT_AT); // no producer id, epoch, sequence: not idempotent
    slab.writeInt32BE(this.count, COUNT_AT);
    slab.writeUInt32BE(crc32c(slab.subarray(ATTRIBUTES_AT, end)), CRC_AT);
    return slab.subarray(0, end);
  }

  private reserve(bytes: number): void {
    if (this.end + bytes <= this.slab.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.slab.length * 2, this.end + bytes));
    this.slab.copy(larger, 0, 0, this.end);
    this.slab = larger;
  }
}

function headerBytes(pairs: readonly (readonly [string, string])[]): number {
  let bytes = 0;
  for (const pair of pairs) {
    for (const text of pair) {
      const length = Buffer.byteLength(text);
      bytes += varintBytes(length) + length;
    }
  }
  return bytes;
}

function writeText(slab: Buffer, at: number, text: string): number {
  const start = writeVarint(slab, at, Buffer.byteLength(text));
  return start + slab.write(text, start, 'utf8');
}

/** Zigzag varint of a 32-bit or, for timestamp deltas, up to 53-bit number. */
export function writeVarint(slab: Buffer, at: number, value: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  while (rest > 0x7f) {
    slab[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  slab[at++] = rest;
  return at;
}

function varintBytes(value: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  let bytes = 1;
  while (rest > 0x7f) {
    rest = Math.floor(rest / 0x80);
    bytes += 1;
  }
  return bytes;
}
