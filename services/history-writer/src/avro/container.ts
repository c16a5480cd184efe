import { createHash } from 'node:crypto';
import { FRAME_BYTES, type LogRecord } from '@stakewatch/runtime';
import { MAX_LONG_BYTES, writeLong } from './varint';

/** Fields that every row gets besides the record's own: where it stands in Kafka. */
const PLACE_FIELDS = [
  { name: 'kafka_partition', type: 'int' },
  { name: 'kafka_offset', type: 'long' },
];

const MAGIC = Buffer.from([0x4f, 0x62, 0x6a, 1]);
const SYNC_BYTES = 16;

/** What is the same in every container of one writer schema. */
export interface ContainerForm {
  /** Names of the container's fields, in order. */
  readonly fields: readonly string[];
  readonly header: Buffer;
  readonly sync: Buffer;
}

/** @param writerSchema the schema that the raw values were written with, JSON. @throws {Error} when it is not a record. */
export function containerForm(writerSchema: string): ContainerForm {
  const schema = JSON.parse(writerSchema) as { type: string; fields: { name: string }[] };
  if (schema.type !== 'record') throw new Error('the writer schema is not a record');
  const fields = [...schema.fields, ...PLACE_FIELDS];
  const text = Buffer.from(JSON.stringify({ ...schema, fields }));
  const sync = createHash('md5').update(text).digest();
  const header = Buffer.concat([MAGIC, long(2), bytes('avro.codec'), bytes('null'), bytes('avro.schema'), bytes(text), long(0), sync]);
  return { fields: fields.map(({ name }) => name), header, sync };
}

/**
 * One Avro object container file of the records' raw values, undecoded: after each value stand its partition and offset, as the
 * container's schema says (Avro specification, "Object Container Files"). Each value must be exactly one value of the schema.
 */
export function encodeContainer(form: ContainerForm, records: readonly LogRecord[]): Buffer {
  let size = form.header.length + 2 * MAX_LONG_BYTES + SYNC_BYTES;
  for (const { value } of records) size += (value as Buffer).length - FRAME_BYTES + 2 * MAX_LONG_BYTES;
  const target = Buffer.allocUnsafeSlow(size);
  // The block's head needs the data's length, which is known last: data go behind the longest head, the head right before them.
  const dataStart = form.header.length + 2 * MAX_LONG_BYTES;
  let at = dataStart;
  for (const record of records) {
    const value = record.value as Buffer;
    at += value.copy(target, at, FRAME_BYTES);
    at = writeLong(target, at, record.partition);
    at = writeLong(target, at, record.offset);
  }
  const head = Buffer.concat([form.header, long(records.length), long(at - dataStart)]);
  const start = dataStart - head.length;
  head.copy(target, start);
  form.sync.copy(target, at);
  return target.subarray(start, at + SYNC_BYTES);
}

function long(value: number): Buffer {
  const target = Buffer.alloc(MAX_LONG_BYTES);
  return target.subarray(0, writeLong(target, 0, value));
}

function bytes(value: string | Buffer): Buffer {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([long(content.length), content]);
}
