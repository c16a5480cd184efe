import type { Redis } from 'ioredis';
import { RecentMap } from '../app/recent-map';
import { ANSWER_SECONDS, type Reservation } from '../limits/rate-limiter';
import type { Accepted } from './answers';
import { KeptMarks, type Reserved } from './kept-marks';

/** An answer that this gateway wants to give, to be put in Redis unless another one is there, or no room. */
export interface OwnReservation extends Reservation {
  readonly accepted: Accepted;
  readonly reserved: Reserved;
  /** Whether Redis may be without an answer to this event after all: it had no room, or did not answer. */
  apart: boolean;
}

/** An answer that was in Redis before. */
export interface EarlierAnswer {
  readonly accepted: Accepted;
  /** Whether its event is in Kafka for certain. */
  isKept(): Promise<boolean>;
}

/** Answers to single events, shared by every gateway for a day: the first that Redis took is the one that counts. */
export interface AnswerMemory {
  /**
   * Of an event that is in Kafka for certain, and that this gateway itself answered lately.
   * @param found as in `earlier`: with null, only what this gateway alone remembers is looked at, for nobody was answered from Redis before.
   */
  own(uuid: string, found: string | null | undefined): Accepted | null;
  /** Prepares a reservation; whoever sends it to Redis tells what came of it. Each one ends with `kept`, `lost` or `unused`. */
  reservation(scope: string, uuid: string, accepted: Accepted): OwnReservation;
  /** Sends a reservation by itself. */
  reserve(reservation: OwnReservation): Promise<string | null | undefined>;
  /** @param found what stood in Redis before; null: nothing, the reservation holds; undefined: Redis did not answer. */
  earlier(reservation: OwnReservation, found: string | null | undefined): EarlierAnswer | null;
  /** The event is in Kafka. */
  kept(uuid: string, accepted: Accepted, reservation: OwnReservation): void;
  /** The event may not be in Kafka: its reservation, if it holds, says only what the answer will be when it is sent again. */
  lost(reservation: OwnReservation): void;
  /** Redis did not take it, for certain. */
  unused(reservation: OwnReservation): void;
  end(): Promise<void>;
}

/** Answers of this process: what is there needs no mark, and no Redis. A uuid is its company's: no scope is needed to tell them apart. */
const RECENT_ANSWERS = 10_000;

export interface AnswerMemoryDeps {
  readonly redis: Redis;
  /** Whether answers may be put into Redis now. */
  hasRoom(): boolean;
  /** An answer was given that only this gateway remembers, because Redis has no room. */
  onUnshared(): void;
  onFailure(): void;
}

export function createAnswerMemory({ redis, hasRoom, onUnshared, onFailure }: AnswerMemoryDeps): AnswerMemory {
  const recent = new RecentMap<Accepted>(RECENT_ANSWERS);
  /** What Redis may be without: the first answer all the same when the event comes again and Redis has room by then. */
  const apart = new RecentMap<Accepted>(RECENT_ANSWERS);
  const marks = new KeptMarks(redis);
  return {
    own: (uuid, found) => apart.get(uuid) ?? (found === null ? null : (recent.get(uuid) ?? null)),
    reservation(scope, uuid, received) {
      const reserved = marks.reserve();
      const accepted = apart.get(uuid) ?? received;
      const room = hasRoom();
      return { key: `gw:{${scope}}:answer:${uuid}`, text: room ? toText(accepted, reserved) : null, accepted, reserved, apart: !room };
    },
    reserve: ({ key, text }) => (text === null ? redis.get(key) : redis.set(key, text, 'EX', ANSWER_SECONDS, 'NX', 'GET')).catch(() => undefined),
    earlier(reservation, found) {
      if (found === null) return null;
      const first = found === undefined ? null : fromText(found);
      reservation.apart = first === null;
      if (first === null) {
        onFailure();
        return null;
      }
      marks.close(reservation.reserved);
      return { accepted: first.accepted, isKept: () => marks.isKept(first.reserved) };
    },
    kept(uuid, accepted, reservation) {
      (reservation.apart ? apart : recent).set(uuid, accepted);
      if (reservation.apart && reservation.text === null) onUnshared();
      marks.close(reservation.reserved);
    },
    lost: ({ reserved }) => marks.lost(reserved),
    unused: ({ reserved }) => marks.close(reserved),
    end: () => marks.end(),
  };
}

/** JSON by hand: the texts in it have no need of escapes. */
const toText = ({ received_at, event_month, amount, currency }: Accepted, { by, number }: Reserved): string => `[${received_at},${event_month},${amount},"${currency}","${by}",${number}]`;

/** Null for what is no answer: as good as none. */
function fromText(text: string): { accepted: Accepted; reserved: Reserved } | null {
  try {
    const [received_at, event_month, amount, currency, by, number] = JSON.parse(text) as [number, number, number, string, string, number];
    return { accepted: { received_at, event_month, amount, currency }, reserved: { by, number } };
  } catch {
    return null;
  }
}
