import type { TimelineType } from '@stakewatch/rules';
import { NO_SLOT, type Subject } from './subject-states';

/**
 * An event that is not read yet, and the subject whose state it changes. Many wait at a time, so all it costs is this: the bytes are
 * those of all records that came with it.
 */
export interface EventPlace<Type extends TimelineType = TimelineType> extends Subject {
  readonly type: Type;
  /** Where its fields begin in `value`. */
  readonly at: number;
}

/** One literal for both stages: what they share sees one kind of object. */
export const eventPlace = <Type extends TimelineType>(type: Type, companyId: string, value: Buffer, from: number, to: number, at: number): EventPlace<Type> => ({ type, companyId, value, from, to, slot: NO_SLOT, at });
