import { type AvroCodec, type AvroValues, type BytesPlace, type LogRecord, placeOfValue, schemaIdIn, Unreadable } from '@stakewatch/runtime';

/**
 * Where a record's framed value lies in this build's own schema: where it is, or, written with another version, read by the general
 * decoder and written anew. So what reads bytes knows one layout. It holds until the next call.
 * @throws {Unreadable} when there is none, or it is readable by neither.
 */
export function ownBytes(codec: AvroCodec, schema: keyof AvroValues, record: LogRecord): BytesPlace {
  const place = placeOfValue(record);
  if (place === null) throw new Unreadable('the record has no value');
  if (codec.isOwnSchema(schema, schemaIdIn(record))) return place;
  const bytes = codec.encode(schema, codec.decode(schema, record.value as Buffer));
  return { bytes, from: 0, to: bytes.length };
}
