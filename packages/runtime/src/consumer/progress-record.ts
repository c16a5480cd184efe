import { type ProcessingProgress, TOPICS } from '@stakewatch/contracts';
import type { AvroCodec } from '../codec/port';
import { type OutgoingRecord, partitionName } from '../log/port';
import type { BatchRange } from './stage';

type Said = Pick<ProcessingProgress, 'processed_at'> & Partial<Pick<ProcessingProgress, 'source_time' | 'handed_to' | 'sources' | 'refused'>>;

/** Says that a service has decided on a range of offsets. Status of an event is read from it. What is not said there is none of. */
export function progressRecord(codec: AvroCodec, service: string, { topic, partition, fromOffset, toOffset }: BatchRange, said: Said): OutgoingRecord {
  const progress = { service, topic, partition, from_offset: fromOffset, to_offset: toOffset, source_time: null, handed_to: [], sources: [], refused: [], ...said };
  return { topic: TOPICS.processingProgress.name, key: partitionName({ topic, partition }), value: codec.encode('processing-progress', progress) };
}
