import type { LogRecord } from '@stakewatch/runtime';
import { schemaIdOf } from '@stakewatch/runtime';
import { FRAME_BYTES } from '@stakewatch/runtime';
import type { Identity } from './identity';
import type { IdentityFilter } from './identity-filter';

/** What becomes of the records of a block, decided from their raw bytes. */
export interface SortedRows {
  /** Certainly new, or without an identity. */
  readonly fresh: LogRecord[];
  /** Seen before, perhaps: ClickHouse and the block itself decide. */
  readonly doubtful: LogRecord[];
  readonly unreadable: { record: LogRecord; reason: string }[];
}

export interface BodyForm {
  fits(value: Buffer): boolean;
}

/** @param formOf the form of a schema id; null when the registry does not know it or it is no record. */
export function sortRows(records: readonly LogRecord[], identity: Identity | null, filter: IdentityFilter | null, formOf: (schemaId: number) => BodyForm | null): SortedRows {
  const sorted: SortedRows = { fresh: [], doubtful: [], unreadable: [] };
  const words = new Uint32Array(2);
  for (const record of records) {
    const reason = faultOf(record.value, formOf);
    if (reason !== null) sorted.unreadable.push({ record, reason });
    else if (identity === null || filter === null) sorted.fresh.push(record);
    else if (!identity.hash(record.value as Buffer, words)) sorted.unreadable.push({ record, reason: 'the record does not begin with a uuid' });
    else if (filter.add(words[0] as number, words[1] as number)) sorted.fresh.push(record);
    else sorted.doubtful.push(record);
  }
  return sorted;
}

function faultOf(value: Buffer | null, formOf: (schemaId: number) => BodyForm | null): string | null {
  if (value === null) return 'the record has no value';
  if (value.length <= FRAME_BYTES || value[0] !== 0) return 'the value is not Avro in Confluent framing';
  const id = schemaIdOf(value);
  const form = formOf(id);
  if (form === null) return `schema id ${id} is not a record schema of the registry`;
  return form.fits(value) ? null : `the value is not one whole record of schema ${id}`;
}

/**
 * Which of the doubtful records are new after all: neither among `known` (keys that the table has), nor in an earlier record of
 * the same block. Pure.
 */
export function settleDoubts(sorted: SortedRows, identity: Identity, known: ReadonlySet<string>): { readonly rows: readonly LogRecord[]; readonly duplicates: number } {
  const keys = sorted.doubtful.map(({ value }) => identity.keyOf(value as Buffer));
  const asked = new Set(keys);
  const seen = new Set(known);
  for (const { value } of sorted.fresh) {
    const key = identity.keyOf(value as Buffer);
    if (asked.has(key)) seen.add(key);
  }
  const accepted = sorted.doubtful.filter((_, i) => {
    const key = keys[i] as string;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { rows: [...sorted.fresh, ...accepted], duplicates: sorted.doubtful.length - accepted.length };
}
