import { FRAME_BYTES } from '../codec/frame';
import type { LogRecord, TopicPartition } from './port';

/** Records of one of Kafka's record batches (message format v2, not compressed), not yet taken apart. */
export interface RecordSet {
  /** From the number of records on. */
  readonly bytes: Buffer;
  readonly firstOffset: number;
  /** Milliseconds. */
  readonly firstTimestamp: number;
  /** The broker's time for all of them (topics of LogAppendTime); null: each has its own. */
  readonly appendedAt: number | null;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** Of a set, what its records share. */
interface SharedBytes extends RecordSet, TopicPartition {}

/**
 * Many records wait at a time, and each outlives the young generation: it has of its own what is asked of every record, as small
 * numbers, and the rest is read from the bytes when it is asked for, each time.
 */
class WireRecord implements LogRecord {
  constructor(
    private readonly set: SharedBytes,
    /** Where its timestamp begins; the delta of its offset and its key follow. */
    private readonly from: number,
    /** How far its offset is from the set's first. */
    private readonly offsetDelta: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly valueFrom: number,
    /** -1: there is none. */
    readonly valueLength: number,
  ) {}

  get topic(): string {
    return this.set.topic;
  }

  get partition(): number {
    return this.set.partition;
  }

  get bytes(): Buffer {
    return this.set.bytes;
  }

  get offset(): number {
    return this.set.firstOffset + this.offsetDelta;
  }

  get timestamp(): number {
    const { bytes, firstTimestamp, appendedAt } = this.set;
    at = this.from;
    return appendedAt ?? firstTimestamp + varint(bytes);
  }

  get key(): Buffer | null {
    const { bytes } = this.set;
    at = this.from;
    varint(bytes);
    varint(bytes);
    const length = varint(bytes);
    return length < 0 ? null : bytes.subarray(at, at + length);
  }

  get value(): Buffer | null {
    return this.valueLength < 0 ? null : this.bytes.subarray(this.valueFrom, this.valueFrom + this.valueLength);
  }
}

const idAt = (bytes: Buffer, from: number, length: number): number => (length < FRAME_BYTES || bytes[from] !== 0 ? -1 : bytes.readUInt32BE(from + 1));

/** Bytes of a record's value, without cutting it out. */
export const valueBytes = (record: LogRecord): number => (record instanceof WireRecord ? Math.max(0, record.valueLength) : (record.value?.length ?? 0));

/** Bytes among others. */
export interface BytesPlace {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

const place: { -readonly [Field in keyof BytesPlace]: BytesPlace[Field] } = { bytes: Buffer.alloc(0), from: 0, to: 0 };

/** Where a record's value lies, without cutting it out; null: it has none. The same object each time: it holds until the next call. */
export function placeOfValue(record: LogRecord): BytesPlace | null {
  if (record instanceof WireRecord) {
    if (record.valueLength < 0) return null;
    place.bytes = record.bytes;
    place.from = record.valueFrom;
    place.to = record.valueFrom + record.valueLength;
    return place;
  }
  const { value } = record;
  if (value === null) return null;
  place.bytes = value;
  place.from = 0;
  place.to = value.length;
  return place;
}

/** Schema id of a record's framed value, without cutting it out; -1: it is not framed. */
export function schemaIdIn(record: LogRecord): number {
  if (record instanceof WireRecord) return idAt(record.bytes, record.valueFrom, record.valueLength);
  return record.value === null ? -1 : idAt(record.value, 0, record.value.length);
}

/** Where the decoder is: one for all, as nothing here is asynchronous. */
let at = 0;

/**
 * Adds a set's records from `fromOffset` on to `records`. Layout: kafka.apache.org/documentation "Record".
 * @throws {RangeError} when the bytes are not records.
 */
export function readRecords({ topic, partition }: TopicPartition, { bytes, firstOffset, firstTimestamp, appendedAt }: RecordSet, fromOffset: number, records: LogRecord[]): void {
  const shared = { topic, partition, bytes, firstOffset, firstTimestamp, appendedAt };
  const count = bytes.readInt32BE(0);
  at = 4;
  for (let record = 0; record < count; record += 1) {
    const length = varint(bytes);
    const end = at + length;
    if (length < 0 || end > bytes.length) throw new RangeError('a record beyond its batch');
    at += 1;
    const from = at;
    varint(bytes);
    const offsetDelta = varint(bytes);
    const keyLength = varint(bytes);
    at += Math.max(0, keyLength);
    const valueLength = varint(bytes);
    const valueFrom = at;
    at += Math.max(0, valueLength);
    if (at > end) throw new RangeError('a record longer than it says');
    if (firstOffset + offsetDelta >= fromOffset) records.push(new WireRecord(shared, from, offsetDelta, headersAt(bytes, end), valueFrom, valueLength));
    at = end;
  }
}

function headersAt(bytes: Buffer, end: number): Readonly<Record<string, string>> {
  const count = varint(bytes);
  if (count === 0) return NO_HEADERS;
  const headers: Record<string, string> = {};
  for (let header = 0; header < count; header += 1) {
    const name = text(bytes, end);
    const value = text(bytes, end);
    // Of several of one name, the first.
    headers[name] ??= value;
  }
  return headers;
}

function text(bytes: Buffer, end: number): string {
  const length = Math.max(0, varint(bytes));
  at += length;
  if (at > end) throw new RangeError('a header beyond its record');
  return bytes.toString('utf8', at - length, at);
}

/** Zigzag; up to 2^53, which no length or delta of ours comes near. */
function varint(bytes: Buffer): number {
  let byte = bytes[at++] as number;
  if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
  let value = byte & 127;
  for (let factor = 128; byte > 127; factor *= 128) {
    if (at >= bytes.length) throw new RangeError('the bytes end too early');
    byte = bytes[at++] as number;
    value += (byte & 127) * factor;
  }
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}
