/**
 * How a replay of a dead letter is told, once for all who write or read it: the record goes to its topic again under `of`; when it
 * is acknowledged there, a mark goes to the dead letter topic, without a value, beside the letters that it answers.
 */
const HEADERS = {
  of: 'stakewatch-replay-of',
  replayed: 'stakewatch-replayed',
  into: 'stakewatch-replayed-into',
  from: 'stakewatch-replayed-from',
  uuid: 'stakewatch-uuid',
} as const;

/** A record that was published again. It answers every letter about the place where it stood, whoever refused it there. */
export interface ReplayMark {
  /** Where the dead record stood. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Of the event or alert, where the record begins with one. */
  readonly uuid: string | null;
  /** Partition of the same topic that it was published to, and an offset that it stands before there. */
  readonly replayedPartition: number;
  readonly replayedBefore: number;
  /** It stands there at this offset or after it; null: not said, by a command line of an older version. */
  readonly replayedFrom: number | null;
}

/** Where a dead record stood. */
export type DeadPlace = Pick<ReplayMark, 'topic' | 'partition' | 'offset'>;

const PLACE = /^([\w.-]{1,249})\/(\d{1,9})\/(\d{1,15})$/;

/** Of the record that is published again. */
export function replayHeaders({ topic, partition, offset }: DeadPlace): Readonly<Record<string, string>> {
  return { [HEADERS.of]: `${topic}/${partition}/${offset}` };
}

/** Where the record stood that this one is of; null: it was not put back. */
export function readReplayOf(headers: Readonly<Record<string, string>>): DeadPlace | null {
  return placeIn(headers[HEADERS.of]);
}

/** Of the mark. */
export function replayMarkHeaders({ topic, partition, offset, uuid, replayedPartition, replayedBefore, replayedFrom }: ReplayMark): Readonly<Record<string, string>> {
  return {
    [HEADERS.replayed]: `${topic}/${partition}/${offset}`,
    [HEADERS.into]: `${replayedPartition}/${replayedBefore}`,
    ...(replayedFrom === null ? {} : { [HEADERS.from]: String(replayedFrom) }),
    ...(uuid === null ? {} : { [HEADERS.uuid]: uuid }),
  };
}

/** Null: no mark, so a letter. */
export function readReplayMark(headers: Readonly<Record<string, string>>): ReplayMark | null {
  const place = placeIn(headers[HEADERS.replayed]);
  const into = /^(\d{1,9})\/(\d{1,15})$/.exec(headers[HEADERS.into] ?? '');
  if (place === null || into === null) return null;
  const uuid = headers[HEADERS.uuid] ?? '';
  const from = headers[HEADERS.from] ?? '';
  return {
    ...place,
    uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ? uuid : null,
    replayedPartition: Number(into[1]),
    replayedBefore: Number(into[2]),
    replayedFrom: /^\d{1,15}$/.test(from) ? Number(from) : null,
  };
}

function placeIn(text: string | undefined): DeadPlace | null {
  const [, topic, partition, offset] = PLACE.exec(text ?? '') ?? [];
  return topic === undefined ? null : { topic, partition: Number(partition), offset: Number(offset) };
}
