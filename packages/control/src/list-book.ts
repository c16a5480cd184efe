import { isDeepStrictEqual } from 'node:util';
import { type ListEntryRecord, type ListKind, type ListName, TOPICS } from '@stakewatch/contracts';
import { listEntryKey, type ListRow } from '@stakewatch/lists';
import type { ControlTable, LogProducer } from '@stakewatch/runtime';
import { applyChange, type ChangeResult, ReadBackTimeout } from './control-writer';
import { ControlRefused } from './decision';
import { deleteListEntry, type ListEntryName, type ListEntryTerms, nameFaults, putListEntry } from './lists';
import { refuseFields } from './validate';

export interface ListQuery {
  readonly list?: ListName;
  readonly kind?: ListKind;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after: string | null;
}

export interface ListImport {
  readonly imported: number;
  readonly unchanged: number;
  readonly failed: number;
  /** Rows that were refused, by line. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

const CHUNK = 500;
const READ_BACK_MS = 30_000;

/** The companies' lists as the API and the command line change them: pure commands, written and read back. */
export class ListBook {
  private readonly held = new Map<string, number>();

  constructor(
    private readonly table: ControlTable<ListEntryRecord>,
    private readonly producer: LogProducer,
    private readonly now: () => Date = () => new Date(),
  ) {
    const known = new Map<string, string>();
    const note = (key: string, entry: ListEntryRecord | null): void => {
      const companyId = entry?.companyId ?? known.get(key);
      if (companyId === undefined || (entry !== null && known.has(key))) return;
      if (entry) known.set(key, companyId);
      else known.delete(key);
      this.held.set(companyId, (this.held.get(companyId) ?? 0) + (entry ? 1 : -1));
    };
    for (const [key, entry] of table.entries()) note(key, entry);
    table.onChange(note);
  }

  /** Entries in the order of their keys. */
  page(companyId: string, { list, kind, limit, after }: ListQuery): { readonly items: readonly ListEntryRecord[]; readonly next: string | null } {
    const keys: string[] = [];
    for (const [key, entry] of this.table.entries()) {
      if (entry.companyId === companyId && (list === undefined || entry.list === list) && (kind === undefined || entry.kind === kind) && (after === null || cursorOf(key) > after)) keys.push(key);
    }
    keys.sort((a, b) => (cursorOf(a) < cursorOf(b) ? -1 : 1));
    const shown = keys.slice(0, limit);
    return { items: shown.map((key) => this.table.get(key) as ListEntryRecord), next: keys.length > limit ? cursorOf(shown.at(-1) as string) : null };
  }

  /** @throws {ControlRefused} for a value without normal form. */
  find(name: ListEntryName): ListEntryRecord | undefined {
    return this.table.get(keyOf(name));
  }

  put(name: ListEntryName, terms: ListEntryTerms): Promise<ChangeResult<ListEntryRecord>> {
    return this.change(name, (current) => putListEntry(current, name, terms, this.held.get(name.companyId) ?? 0, this.now()));
  }

  delete(name: ListEntryName): Promise<ChangeResult<ListEntryRecord>> {
    return this.change(name, (current) => deleteListEntry(current, name));
  }

  /**
   * Each row succeeds or fails by itself. Written in chunks, each acknowledged and read back before the next; dies in between: the
   * chunks before are in force, and the same file sent again changes nothing in them. An entry that another writes meanwhile is
   * the later write's.
   */
  async import(companyId: string, rows: readonly ListRow[], author: string): Promise<ListImport> {
    const errors: { line: number; message: string }[] = [];
    const writes = new Map<string, ListEntryRecord>();
    let [unchangedRows, held] = [0, this.held.get(companyId) ?? 0];
    for (const { line, fields } of rows) {
      const name = { companyId, list: fields['list'] as ListName, kind: fields['kind'] as ListKind, value: fields['value'] ?? '' };
      const faults = nameFaults(name);
      const key = faults.length === 0 ? listEntryKey(name) : '';
      const current = writes.get(key) ?? this.table.get(key);
      const decision = faults.length > 0 ? refuseFields(faults) : putListEntry(current, name, termsOf(fields, author), held, this.now());
      if (decision.kind === 'refused') errors.push({ line, message: decision.refusal.message });
      else if (decision.kind === 'unchanged') unchangedRows += 1;
      else if (decision.kind === 'write') {
        if (current === undefined) held += 1;
        writes.set(key, decision.record);
      }
    }
    const entries = [...writes];
    for (let at = 0; at < entries.length; at += CHUNK) await this.writeChunk(entries.slice(at, at + CHUNK));
    return { imported: rows.length - unchangedRows - errors.length, unchanged: unchangedRows, failed: errors.length, errors };
  }

  private async writeChunk(entries: readonly (readonly [string, ListEntryRecord])[]): Promise<void> {
    const waiting = new Map(entries);
    let stop = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    const readBack = new Promise<void>((resolve, reject) => {
      stop = this.table.onChange((key, value) => {
        if (isDeepStrictEqual(value, waiting.get(key))) waiting.delete(key);
        if (waiting.size === 0) resolve();
      });
      timer = setTimeout(() => reject(new ReadBackTimeout(`${waiting.size} list entries were written but not read back within ${READ_BACK_MS / 1000} s; they will take effect.`)), READ_BACK_MS);
    });
    try {
      await Promise.all([readBack, this.producer.send(entries.map(([key, record]) => ({ topic: TOPICS.lists.name, key, value: Buffer.from(JSON.stringify(record)) })))]);
    } finally {
      clearTimeout(timer);
      stop();
    }
  }

  private change(name: ListEntryName, decide: Parameters<typeof applyChange<ListEntryRecord>>[1]['decide']): Promise<ChangeResult<ListEntryRecord>> {
    return applyChange(this.producer, { topic: 'lists', table: this.table, key: keyOf(name), decide });
  }
}

/** A key without its company: what a page goes on after. */
const cursorOf = (key: string): string => key.slice(key.indexOf('|') + 1);

function keyOf(name: ListEntryName): string {
  const faults = nameFaults(name);
  if (faults.length > 0) throw new ControlRefused(refuseFields(faults).refusal);
  return listEntryKey(name);
}

function termsOf(fields: ListRow['fields'], author: string): ListEntryTerms {
  const { reason, expires_at: expiresAt, distance } = fields;
  return {
    author: fields['author'] || author,
    ...(reason ? { reason } : {}),
    ...(expiresAt ? { expiresAt } : {}),
    ...(distance ? { distance: Number(distance) } : {}),
  };
}
