import { Unreadable } from '../consumer/stage';

/** Confluent's framing: byte 0, schema id as four bytes big-endian, Avro body. */
export const FRAME_BYTES = 5;

export function writeFrame(buffer: Buffer, schemaId: number): void {
  buffer[0] = 0;
  buffer.writeUInt32BE(schemaId, 1);
}

export const NOT_FRAMED = 'value is not Avro in Confluent framing';

/** @throws {Unreadable} when `framed` is not framed. */
export function schemaIdOf(framed: Buffer): number {
  if (framed.length < FRAME_BYTES || framed[0] !== 0) throw new Unreadable(NOT_FRAMED);
  return framed.readUInt32BE(1);
}
