import type { TimelineType } from '@stakewatch/rules';
import { NO_SLOT, type Subject } from './subject-states';

const NO_OFFSET = -1;

/**
 * An event that is not read yet, and the subject whose state it changes. Many wait at a time, so all it costs is this: the bytes are
 * those of all records that came with it.
 */
export interface EventPlace<Type extends TimelineType = TimelineType> extends Subject {
  readonly type: Type;
  /** Where its fields begin in `value`. */
  readonly at: number;
  /** Of its record, where that is noted (event-stage.ts). */
  offset: number;
}

/** One literal for both stages: what they share sees one kind of object. `spare`: one that is done with, which is filled instead. */
export function eventPlace<Type extends TimelineType>(spare: EventPlace<Type> | undefined, type: Type, companyId: string, value: Buffer, from: number, to: number, at: number): EventPlace<Type> {
  if (!spare) return { type, companyId, value, from, to, slot: NO_SLOT, at, offset: NO_OFFSET };
  const place = spare as { -readonly [Field in keyof EventPlace<Type>]: EventPlace<Type>[Field] };
  place.type = type;
  place.companyId = companyId;
  place.value = value;
  place.from = from;
  place.to = to;
  place.slot = NO_SLOT;
  place.at = at;
  return place;
}
