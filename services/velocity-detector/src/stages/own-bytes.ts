import type { AvroCodec, AvroValues } from '@stakewatch/runtime';

/**
 * A framed value in this build's own schema: as it is, or, written with another version, read by the general decoder and written
 * anew. So what reads bytes knows one layout. @throws {Unreadable} when it is readable by neither.
 */
export function ownBytes(codec: AvroCodec, schema: keyof AvroValues, framed: Buffer): Buffer {
  return codec.isOwnSchema(schema, framed) ? framed : codec.encode(schema, codec.decode(schema, framed));
}
