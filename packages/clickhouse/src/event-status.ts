import { TOPICS } from '@stakewatch/contracts';
import type { DeadRecord, EventStatusRows, Found, Place, Refusal, Replay } from './event-status-rows';
import { DETECTOR, seenAt } from './seen-at';

export interface EventStatus {
  readonly status: 'PENDING' | 'PROCESSED' | 'FAILED';
  /** ISO 8601 UTC, milliseconds; null while PENDING. */
  readonly processedAt: string | null;
  /** Only with FAILED. */
  readonly reason: string | null;
}

type Letter = Extract<Found, { kind: 'letter' }>;

const EVENTS = TOPICS.bettingEvents.name;
const SIGNALS = TOPICS.velocitySignals.name;

/**
 * Status of an event as the Betting Monitor API tells it (document 000, "GET /api/v1/events/:uuid/status"): PROCESSED when its row
 * is written and every rule has seen it (seen-at.ts), wherever its record stands: a replay puts it to another place as well, and each of them must have been seen. What
 * one service refused another had handed on, and does not hand on again.
 *
 * FAILED while a letter is unanswered (decision 0147):
 * - about its own record: it waits for its replay, and for that to be seen;
 * - about signals of it by device, phone or IP: what else its partition has seen says whether they were seen all the same, or again;
 * - about what the bonus scorer was to see of it: the scorer counts such a record as seen, so its word after the replay is waited for.
 *
 * Until a letter is here, who wrote it says that there is one, with how far it has come: PENDING.
 */
export class EventStatusReader {
  constructor(private readonly rows: EventStatusRows) {}

  /** Null when nothing here knows the uuid yet. @throws when the history does not answer. */
  async status(companyScope: string, uuid: string): Promise<EventStatus | null> {
    const found = await this.rows.found(companyScope, uuid);
    if (found.length === 0) return null;
    const letters = found.filter((each) => each.kind === 'letter');
    const replays = letters.length === 0 ? [] : await this.rows.replaysOf(letters);
    const [own, ofSignals, ofBonus] = [ofTopic(letters, EVENTS), ofTopic(letters, SIGNALS), ofTopic(letters, TOPICS.bonusChanges.name)];
    const failed = unanswered(own, replays);
    if (failed) return failedWith(failed);
    const scored = await this.scoredAgain(ofBonus, replays);
    if ('letter' in scored) return failedWith(scored.letter);

    const event = found.find((each) => each.kind === 'event');
    const decided = event === undefined || scored.at === null ? null : await this.decidedAt(uuid, [event, ...own.map(({ partition, offset }) => ({ partition, from: offset, to: offset })), ...replays.filter(({ topic }) => topic === EVENTS).map(placeOf)]);
    if (event !== undefined && scored.at !== null && decided !== null && !(await this.waitsForLetter(uuid, event.receivedAt, letters))) return { status: 'PROCESSED', processedAt: iso(Math.max(event.at, scored.at, decided)), reason: null };
    const unseen = unanswered(ofSignals, replays);
    return unseen === undefined ? PENDING : failedWith(unseen);
  }

  /**
   * A service that has decided on the event's range said that it refused the event, and its letter, which was in the log before, is not in these rows yet.
   * Asked for last: who says how far it has come has said before what it refused.
   */
  private async waitsForLetter(uuid: string, receivedAt: number, letters: readonly Letter[]): Promise<boolean> {
    const refusals = await this.rows.refusals(uuid, receivedAt);
    return refusals.some((refusal) => !letters.some((letter) => isLetterOf(letter, refusal)));
  }

  /** When every rule had seen all places, in milliseconds; null while one has not. */
  private async decidedAt(uuid: string, places: readonly Place[]): Promise<number | null> {
    const seen = await Promise.all(joined(places).map((place) => this.seenAt(uuid, place)));
    return seen.includes(null) ? null : Math.max(...(seen as number[]));
  }

  private async seenAt(uuid: string, place: Place): Promise<number | null> {
    const told = await this.rows.progress(place);
    const handing = told.filter(({ service, handedTo }) => service === DETECTOR && handedTo.length > 0);
    const partitions = [...new Set(handing.flatMap(({ handedTo }) => handedTo))];
    const handed = handing.length === 0 ? [] : await this.rows.handedOn(uuid, place, partitions, [...new Set(handing.map(({ at }) => at))]);
    return seenAt(place, told, handed);
  }

  /** When the scorer had decided on all that was put back, in milliseconds; null while it has not; or the newest letter that nobody answered. */
  private async scoredAgain(letters: readonly Letter[], replays: readonly Replay[]): Promise<{ readonly at: number | null } | { readonly letter: Letter }> {
    if (letters.length === 0) return { at: 0 };
    const scored = new Map((await this.rows.scoredAgain(letters)).map((each) => [nameOf(each), each.at]));
    const unscored = letters.filter((letter) => !scored.has(nameOf(letter)));
    const letter = unanswered(unscored, replays);
    if (letter) return { letter };
    // Refused again it has another letter, which stands for it.
    const waiting = unscored.filter((each) => !replays.some((replay) => nameOf(replay) === nameOf(each) && letters.some((other) => nameOf(other) !== nameOf(each) && mayBe(other, replay))));
    return { at: waiting.length > 0 ? null : Math.max(0, ...scored.values()) };
  }
}

/**
 * The newest letter whose record was not put back since. A replay answers all letters about the place where the record stood, also those
 * of services that come to it later: each of them reads the replayed record, which stands elsewhere, and may refuse that one.
 */
function unanswered(letters: readonly Letter[], replays: readonly Replay[]): Letter | undefined {
  const answered = new Set(replays.map(nameOf));
  return letters.filter((letter) => !answered.has(nameOf(letter))).sort((a, b) => b.at - a.at)[0];
}

const ofTopic = (letters: readonly Letter[], name: string): readonly Letter[] => letters.filter(({ topic }) => topic === name);
const nameOf = ({ topic, partition, offset }: DeadRecord): string => `${topic}/${partition}/${offset}`;
const isLetterOf = ({ service, topic, partition, offset }: Letter, refusal: Refusal): boolean => service === refusal.service && topic === refusal.topic && partition === refusal.partition && offset >= refusal.from && offset <= refusal.to;
/** Whether the dead record may be what was put back: where that does not say from where on it stands, it stands behind the record that it is of. */
const mayBe = ({ partition, offset }: DeadRecord, replay: Replay): boolean => partition === replay.into && offset < replay.before && offset >= (replay.from ?? (replay.into === replay.partition ? replay.offset + 1 : 0));
/** Where that is not said it is taken to be the last one: who has read that has read those before it. */
const placeOf = ({ into: partition, from, before }: Replay): Place => ({ partition, from: from ?? before - 1, to: before - 1 });

/** Places that overlap are one, so that as many questions are asked as there are places, however often a record was put back. */
function joined(places: readonly Place[]): readonly Place[] {
  const whole: Place[] = [];
  for (const place of [...places].sort((a, b) => a.partition - b.partition || a.from - b.from)) {
    const last = whole.at(-1);
    if (last?.partition === place.partition && place.from <= last.to + 1) whole[whole.length - 1] = { ...last, to: Math.max(last.to, place.to) };
    else whole.push(place);
  }
  return whole;
}

const PENDING: EventStatus = { status: 'PENDING', processedAt: null, reason: null };
const failedWith = ({ at, reason }: Letter): EventStatus => ({ status: 'FAILED', processedAt: iso(at), reason });

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
