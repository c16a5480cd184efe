import { eventTypeCode, type RuleEvent, TEXT_FIELDS, TEXT_PLACE, type TextField } from './event-fields';
import { UUID_WORDS, uuidText, uuidWords } from './uuid-words';

/**
 * An event on its way into a timeline: numbers as they are, texts as places in bytes that are somebody else's. It is filled and
 * used at once, and then filled with the next one, so that an event costs no objects and texts that are known no strings.
 */
export class PackedEvent {
  readonly uuid = new Uint16Array(UUID_WORDS);
  /** Position in EVENT_TYPE_CODES. */
  type = 0;
  /** KYC level; -1: none. */
  level = -1;
  /** Microseconds UTC. */
  timestamp = 0;
  receivedAt = 0;
  /** Whole currency units; NaN: none. */
  amount = 0;
  balanceBefore = Number.NaN;
  balanceAfter = Number.NaN;
  odds = Number.NaN;
  /** What the texts lie in, and where each begins and ends, in the order of TEXT_FIELDS; UTF-8. One that is none has no bytes. */
  bytes: Buffer = Buffer.alloc(0);
  readonly from = new Int32Array(TEXT_FIELDS.length);
  readonly to = new Int32Array(TEXT_FIELDS.length);

  /** '' when the event has none. */
  text(field: TextField): string {
    const at = TEXT_PLACE[field];
    return this.bytes.toString('utf8', this.from[at], this.to[at]);
  }

  has(field: TextField): boolean {
    const at = TEXT_PLACE[field];
    return (this.to[at] as number) > (this.from[at] as number);
  }

  uuidText(): string {
    return uuidText(this.uuid, 0);
  }
}

const packed = new PackedEvent();
let texts = Buffer.alloc(4_096);

/** An event's object as a PackedEvent, the same one each time. @throws {TypeError} when its uuid is not one in lower case. */
export function packEvent(event: RuleEvent): PackedEvent {
  packed.uuid.set(uuidWords(event.uuid));
  packed.type = eventTypeCode.get(event.event_type) as number;
  packed.level = event.player_kyc_level ?? -1;
  packed.timestamp = event.event_timestamp;
  packed.receivedAt = event.received_at;
  packed.amount = event.amount;
  packed.balanceBefore = event.balance_before ?? Number.NaN;
  packed.balanceAfter = event.balance_after ?? Number.NaN;
  packed.odds = event.game_odds ?? Number.NaN;
  let end = 0;
  for (let at = 0; at < TEXT_FIELDS.length; at += 1) {
    const text = event[TEXT_FIELDS[at] as TextField] ?? '';
    if (end + 3 * text.length > texts.length) texts = Buffer.concat([texts], 2 * (end + 3 * text.length));
    packed.from[at] = end;
    end += texts.write(text, end);
    packed.to[at] = end;
  }
  packed.bytes = texts;
  return packed;
}
