import { TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, Unreadable } from '@stakewatch/runtime';

/** What a dead record held of betting events whose uuids it does not begin with. */
export interface HeldEvents {
  /** Whose signals it held, each once. */
  readonly event_uuids: readonly string[];
  /** Ranges of betting.events.v1, inclusive, of which it held all signals for its partition. */
  readonly sources: readonly { readonly partition: number; readonly from_offset: number; readonly to_offset: number }[];
}

export type LetterCodec = Pick<AvroCodec, 'decode'>;

const NOTHING: HeldEvents = { event_uuids: [], sources: [] };
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** By source topic. What does not fit its columns must not keep the letter out of the table: it is left out. */
const READERS: Readonly<Record<string, (codec: LetterCodec, value: Buffer) => HeldEvents>> = {
  [TOPICS.velocitySignals.name](codec, value) {
    const { source_partition: partition, source_from_offset: from_offset, source_to_offset: to_offset, signals } = codec.decode('velocity-signals', value);
    return { event_uuids: uuidsOf(signals.map(({ uuid }) => uuid)), sources: partition < 0 || from_offset < 0 ? [] : [{ partition, from_offset, to_offset }] };
  },
  [TOPICS.bonusChanges.name](codec, value) {
    return { event_uuids: uuidsOf(codec.decode('bonus-change', value).signals.map(({ event_uuid }) => event_uuid)), sources: [] };
  },
};

export const mayHoldEvents = (topic: string): boolean => topic in READERS;

/** Pure. The codec has learnt the value's schema id. */
export function heldBy(topic: string, value: Buffer | null, codec: LetterCodec): HeldEvents {
  const read = READERS[topic];
  if (read === undefined || value === null) return NOTHING;
  try {
    return read(codec, value);
  } catch (error) {
    if (error instanceof Unreadable) return NOTHING;
    throw error;
  }
}

const uuidsOf = (uuids: readonly string[]): readonly string[] => [...new Set(uuids)].filter((uuid) => UUID.test(uuid));
