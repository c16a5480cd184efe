import { CliError } from './cli-error';
import type { DeadLetter, DeadLetterLog, Place } from './dead-letter';
import { EXIT } from './exit-codes';
import { FirstPlaces, nameOf } from './first-places';

/** One service's refusal of a record. */
export interface Refusal {
  readonly service: string;
  readonly reason: string;
  readonly deadAt: string;
  /** Copies on the dead letter topic: a redelivery publishes the letter again. */
  readonly copies: number;
}

/** A dead record, as all its letters tell it. */
export interface DeadRecord extends Place {
  readonly topic: string;
  readonly uuid: string | null;
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** When it was last put back; null: never. */
  readonly replayedAt: string | null;
}

interface Gathering extends DeadRecord {
  readonly refusals: Map<string, Refusal>;
  replayedAt: string | null;
}

/** The first `limit` dead records after `after`, in the order of where they stood. Reads the whole dead letter topic, holds a page of it. */
export async function deadRecords(letters: DeadLetterLog, { limit, after }: { limit: number; after: Place | null }, signal: AbortSignal): Promise<{ readonly records: readonly DeadRecord[]; readonly more: boolean }> {
  const first = new FirstPlaces<Gathering>(limit, after);
  await letters.read(
    {
      letter: (letter) => add(first.at(letter, () => gatheringOf(letter)), letter),
      replayed(mark, at) {
        const record = first.get(mark);
        if (record !== undefined) record.replayedAt = at;
      },
    },
    signal,
  );
  const { entries, more } = first.result();
  return { records: entries, more };
}

/** The dead record that stood there, and its first letter. @throws {CliError} when there is none. */
export async function deadRecordAt(letters: DeadLetterLog, place: Place, signal: AbortSignal): Promise<{ readonly record: DeadRecord; readonly letter: DeadLetter }> {
  let found: { readonly record: Gathering; readonly letter: DeadLetter } | undefined;
  const isThere = (other: Place): boolean => nameOf(other) === nameOf(place);
  await letters.read(
    {
      letter(letter) {
        if (!isThere(letter)) return;
        found ??= { record: gatheringOf(letter), letter };
        add(found.record, letter);
      },
      replayed(mark, at) {
        if (found !== undefined && isThere(mark)) found.record.replayedAt = at;
      },
    },
    signal,
  );
  if (found !== undefined) return found;
  throw noLetter(letters.topic, place);
}

function gatheringOf({ topic, partition, offset, uuid }: DeadLetter): Gathering {
  return { topic, partition, offset, uuid, refusals: new Map(), replayedAt: null };
}

/** The newest reason and time of each service. */
function add(record: Gathering | undefined, { service, reason, deadAt }: DeadLetter): void {
  record?.refusals.set(service, { service, reason, deadAt, copies: (record.refusals.get(service)?.copies ?? 0) + 1 });
}

function noLetter(topic: string, { partition, offset }: Place): CliError {
  return new CliError('not_found', `${topic} has no dead letter of partition ${partition}, offset ${offset}.`, EXIT.refused, '`stakewatch dead-letters list` shows what there is.');
}
