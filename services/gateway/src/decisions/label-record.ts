import type { StoredLabel, SubjectType } from '@stakewatch/clickhouse';
import { type Label, labelIdOf, TOPICS } from '@stakewatch/contracts';
import type { AvroCodec, OutgoingRecord } from '@stakewatch/runtime';
import type { SaidLabel } from './label-body';

/** What can be labelled. */
export interface Subject {
  readonly id: string;
  readonly type: SubjectType;
}

/** What decides on nobody cannot turn out to be anything. */
export const LABELS_NOBODY = 'decides on nobody: transactions, bonus changes and alerts can be labelled';

/** @param at microseconds UTC */
export function labelOf(scope: string, { id, type }: Subject, { label, note, by }: SaidLabel, at: number): Label {
  return { label_id: labelIdOf(scope, id, label, by, at), company_id: scope, subject_type: type, subject_id: id, label, note, labelled_by: by, labelled_at: at };
}

export const recordOf = (codec: Pick<AvroCodec, 'encode'>, label: Label): OutgoingRecord => ({ topic: TOPICS.labels.name, key: label.company_id, value: codec.encode('label', label) });

export const storedOf = ({ label, note, labelled_by: by, labelled_at }: Label): StoredLabel => ({ label, note, by, labelled_at: isoMicros(labelled_at) });

export const isSame = (standing: StoredLabel, said: SaidLabel): boolean => standing.label === said.label && standing.note === said.note && standing.by === said.by;

export const shownLabel = ({ id, type }: Subject, { label, note, by, labelled_at }: StoredLabel) => ({ id, type, label, note, by, labelled_at });

/** As ClickHouse writes it. */
function isoMicros(micros: number): string {
  const millis = Math.floor(micros / 1000);
  return `${new Date(millis).toISOString().slice(0, -1)}${String(micros - millis * 1000).padStart(3, '0')}Z`;
}
