import { randomBytes } from 'node:crypto';
import { schemaText } from '@stakewatch/contracts';
import { randomOf } from '@stakewatch/random';
import { FRAME_BYTES } from '@stakewatch/runtime';
import { Type } from 'avsc';
import type { BenchStack } from '../bench-stack';
import { acceptedEvent } from '../load/bench-events';
import { PLAYERS } from './backlog';

export interface AvroBlock {
  readonly columns: readonly string[];
  readonly bytes: Buffer;
}

/** The events of a backlog as Avro object container files of `rows` rows each, made before anything is timed. */
export async function rawAvroBlocks(stack: BenchStack, companyId: string, events: number, rows: number): Promise<readonly AvroBlock[]> {
  await stack.codec.register('betting-event');
  const random = randomOf(23);
  const schema = schemaText('betting-event');
  const columns = (JSON.parse(schema) as { fields: { name: string }[] }).fields.map(({ name }) => name);
  const blocks: AvroBlock[] = [];
  for (let from = 0; from < events; from += rows) {
    const values: Buffer[] = [];
    for (let index = from; index < Math.min(events, from + rows); index += 1) {
      values.push(stack.codec.encode('betting-event', acceptedEvent(companyId, index, PLAYERS, Date.now() * 1000 - index, random)).subarray(FRAME_BYTES));
    }
    blocks.push({ columns, bytes: container(schema, values) });
  }
  return blocks;
}

const long = Type.forSchema('long');

/** Avro 1.11 object container file with one block: magic, metadata, sync marker, count, size, values, sync marker. */
function container(schema: string, values: readonly Buffer[]): Buffer {
  const metadata = Type.forSchema({ type: 'map', values: 'bytes' }).toBuffer({ 'avro.schema': Buffer.from(schema), 'avro.codec': Buffer.from('null') });
  const sync = randomBytes(16);
  const body = Buffer.concat([...values]);
  return Buffer.concat([Buffer.from('Obj\u0001', 'latin1'), metadata, sync, long.toBuffer(values.length), long.toBuffer(body.length), body, sync]);
}
