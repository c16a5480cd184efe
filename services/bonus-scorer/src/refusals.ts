import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import { type AvroCodec, type FoldContext, type LogRecord, type OutgoingRecord, partitionName, progressRecord, type TopicPartition, Unreadable } from '@stakewatch/runtime';

/** Header of packs of bonus.changes.v1: the partition that their events were read from, by its name. */
const PACKED_FROM = 'stakewatch-packed-from';

export const packedFrom = (source: TopicPartition): Record<string, string> => ({ [PACKED_FROM]: partitionName(source) });

/**
 * Says which events a record is of, or holds, that was put on a dead letter topic. How far this service has come counts such records, so the
 * status of these events must wait for the letter (docs/decisions/0147-letters-say-whose-signals.md). Said before the record is saved as
 * worked, so before anything says of its range that it has been seen.
 */
export function refusalOf(codec: AvroCodec, { topic, partition, offset }: LogRecord, refused: readonly string[], { nowMicros }: FoldContext): readonly OutgoingRecord[] {
  if (refused.length === 0) return [];
  const range = { topic, partition, fromOffset: offset, toOffset: offset };
  return [progressRecord(codec, CONSUMER_GROUPS.bonusScorer.name, range, { processed_at: Math.floor(nowMicros / 1_000), refused: [...refused] })];
}

/** The same of a record of bonus.changes.v1: in the partition of progress that its events' own ranges are said in, so that it is there before them. */
export function refusedPack(codec: AvroCodec, record: LogRecord, at: FoldContext): readonly OutgoingRecord[] {
  const key = record.headers[PACKED_FROM];
  return refusalOf(codec, record, eventsIn(codec, record), at).map((said) => ({ ...said, key: key ?? said.key }));
}

/** Of a record that cannot be read nobody knows. */
function eventsIn(codec: AvroCodec, { value }: LogRecord): readonly string[] {
  try {
    return value === null ? [] : codec.decode('bonus-change', value).signals.map(({ event_uuid }) => event_uuid);
  } catch (error) {
    if (error instanceof Unreadable) return [];
    throw error;
  }
}
