import { LIST_KINDS, LIST_NAMES, ListEntryRecord, type FieldError, type ListKind, type ListName } from '@stakewatch/contracts';
import { normalForm } from '@stakewatch/lists';
import { type Decision, notFound, refuse, remove, unchanged } from './decision';
import { faultsOf, refuseFields, writeChecked } from './validate';

/** Entries that one company may have on both lists together: they are held in memory by every monitor. */
export const MAX_LIST_ENTRIES = 100_000;
/** Letters that may differ in a name when nothing else is said. */
const USUAL_DISTANCE = 1;

/** What identifies an entry: the list, the kind, and what the value comes to when spelling is put aside. */
export interface ListEntryName {
  readonly companyId: string;
  readonly list: ListName;
  readonly kind: ListKind;
  readonly value: string;
}

export interface ListEntryTerms {
  readonly reason?: string;
  /** ISO 8601; null: never. */
  readonly expiresAt?: string | null;
  /** Names only, 0 to 2. */
  readonly distance?: number;
  readonly author: string;
}

/** Puts an entry, or changes the one of the same value. `held`: how many entries the company has. */
export function putListEntry(current: ListEntryRecord | undefined, name: ListEntryName, terms: ListEntryTerms, held: number, now: Date): Decision<ListEntryRecord> {
  const faults = [...nameFaults(name), ...termFaults(name, terms)];
  if (faults.length > 0) return refuseFields(faults);
  if (current === undefined && held >= MAX_LIST_ENTRIES) return refuse('conflict', `The lists have ${MAX_LIST_ENTRIES} entries already: delete some, expired ones first.`, [{ path: 'list', message: 'is full' }]);
  const record: ListEntryRecord = {
    ...name,
    distance: name.kind === 'name' ? (terms.distance ?? USUAL_DISTANCE) : 0,
    reason: terms.reason ?? '',
    author: terms.author,
    expiresAt: terms.expiresAt === undefined || terms.expiresAt === null ? null : new Date(terms.expiresAt).toISOString(),
    createdAt: current?.createdAt ?? now.toISOString(),
    updatedAt: now.toISOString(),
  };
  if (current !== undefined && sameEntry(current, record)) return unchanged(current);
  return writeChecked(ListEntryRecord, record);
}

export function deleteListEntry(current: ListEntryRecord | undefined, { list, kind, value }: ListEntryName): Decision<ListEntryRecord> {
  return current === undefined ? notFound(`${list}list entry`, `${kind} ${value}`) : remove;
}

export function nameFaults({ list, kind, value }: { list: string; kind: string; value: string }): readonly FieldError[] {
  const faults: FieldError[] = [];
  if (!(LIST_NAMES as readonly string[]).includes(list)) faults.push({ path: 'list', message: `must be one of ${LIST_NAMES.join(', ')}` });
  if (!(LIST_KINDS as readonly string[]).includes(kind)) return [...faults, { path: 'kind', message: `must be one of ${LIST_KINDS.join(', ')}` }];
  if (typeof value !== 'string' || value.length > 320) return [...faults, { path: 'value', message: 'must be a text of at most 320 characters' }];
  const form = normalForm(kind as ListKind, value);
  return form.ok ? faults : [...faults, { path: 'value', message: form.fault }];
}

function termFaults({ kind }: ListEntryName, { reason, expiresAt, distance }: ListEntryTerms): readonly FieldError[] {
  const faults: FieldError[] = [];
  if (reason !== undefined && faultsOf(ListEntryRecord.properties.reason, reason).length > 0) faults.push({ path: 'reason', message: 'must be a text of at most 500 characters' });
  if (expiresAt !== undefined && expiresAt !== null && !isInstant(expiresAt)) faults.push({ path: 'expires_at', message: 'must be an existing ISO 8601 date and time with Z or an offset, such as 2027-01-31T12:00:00Z' });
  if (distance !== undefined && !(Number.isInteger(distance) && distance >= 0 && distance <= 2)) faults.push({ path: 'distance', message: 'must be 0, 1 or 2' });
  if (distance !== undefined && distance !== 0 && kind !== 'name') faults.push({ path: 'distance', message: 'is for names only' });
  return faults;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** Date.parse takes 30 February for 2 March: the day must come back as it was written. */
function isInstant(text: unknown): boolean {
  const match = typeof text === 'string' ? INSTANT.exec(text) : null;
  if (!match || Number.isNaN(Date.parse(text as string))) return false;
  return new Date(`${match[1]}T00:00:00Z`).toISOString().startsWith(match[1] as string);
}

const sameEntry = (a: ListEntryRecord, b: ListEntryRecord): boolean => (['value', 'distance', 'reason', 'author', 'expiresAt'] as const).every((field) => a[field] === b[field]);
