import type { PackedEvent } from '@stakewatch/rules';
import type { AvroCursor } from '@stakewatch/runtime';

/** Notes where the text at the cursor lies, as the event's text of a place (TEXT_PLACE), and goes past it. */
export function noteText(cursor: AvroCursor, event: PackedEvent, place: number): void {
  event.from[place] = cursor.skipText();
  event.to[place] = cursor.at;
}

/** The same of a text that may be null. */
export function noteOptionalText(cursor: AvroCursor, event: PackedEvent, place: number): void {
  if (cursor.hasValue()) noteText(cursor, event, place);
  else event.from[place] = event.to[place] = 0;
}
