import { type AvroCodec, type DeadLetters, FRAME_BYTES, type LogRecord, schemaIdOf } from '@stakewatch/runtime';
import { type BodyChecker, bodyChecker } from '../avro/body-checker';
import type { ByteBudget } from '../block/byte-budget';
import { type ContainerForm, containerForm, encodeContainer } from '../avro/container';
import { insertBisecting } from './bisect';
import type { BlockWriter } from './block-writer';
import type { IdentityFilter } from './identity-filter';
import type { WriterObserver } from './observer';
import { persist } from './persist';
import { type BodyForm, settleDoubts, type SortedRows, sortRows } from './row-sorter';
import { BlockRefused, type HistoryStore } from './store';
import type { AvroTarget } from './targets';

export interface AvroWriterDeps {
  readonly store: HistoryStore;
  readonly codec: Pick<AvroCodec, 'learn' | 'schemaOf'>;
  readonly deadLetters: DeadLetters;
  /** Null with targets that have no identity. */
  readonly filter: IdentityFilter | null;
  readonly observer: WriterObserver;
  /** Milliseconds now; when the filter was loaded. */
  readonly loadedAt: number;
  /** Bytes of containers on their way to ClickHouse at once: one large block, or many small ones, so that its memory stays small. */
  readonly inserting: ByteBudget;
}

/** Rows written by another instance within this time before our look may not have been visible to it. */
const OVERLAP_MS = 600_000;

/**
 * Writes raw Avro values of one topic into its table, undecoded. Steps of a block, each repeatable after a crash:
 * 1. unreadable records are set aside; rows seen before are found by the filter, and doubts settled by ClickHouse;
 * 2. the rest is inserted, one container per writer schema, each under a token of its own;
 * 3. what is unreadable or refused goes to the dead letter topic.
 * A crash after any of them: the block is read and written again; inserted containers are dropped by their token (or their rows by
 * their identity), dead letters repeat and are told apart by their source offset.
 */
export class AvroWriter implements BlockWriter {
  private readonly forms = new Map<number, SchemaForm | null>();
  private readonly inFlight = new Set<Promise<void>>();
  private columns: ReadonlySet<string> | null = null;

  constructor(
    private readonly target: AvroTarget,
    private readonly deps: AvroWriterDeps,
  ) {}

  async write(records: readonly LogRecord[], token: string, signal: AbortSignal): Promise<void> {
    const { store, codec } = this.deps;
    await this.persist(() => codec.learn(records.map(({ value }) => value)), signal);
    this.columns ??= await this.persist(() => store.columns(this.target.table), signal);
    const sorted = sortRows(records, this.target.identity, this.deps.filter, this.formsOfBlock());
    // Registered in the same turn as its rows entered the filter: a later block that doubts one of them waits for this one.
    const before = [...this.inFlight];
    let landed!: () => void;
    const landing = new Promise<void>((resolve) => (landed = resolve));
    this.inFlight.add(landing);
    try {
      const rows = await this.newRows(sorted, before, signal);
      const refused = await this.insertAll(rows, token, signal);
      await this.deadLetter([...sorted.unreadable, ...refused], signal);
    } finally {
      this.inFlight.delete(landing);
      landed();
    }
  }

  async takeOver(partition: number): Promise<void> {
    const { identity, table } = this.target;
    const { filter, store, loadedAt } = this.deps;
    if (identity === null || filter === null) return;
    await store.identities(table, identity, { partition, writtenAt: loadedAt - OVERLAP_MS }, (rows, rowBytes) => addLoaded(identity, filter, rows, rowBytes));
  }

  private async newRows(sorted: SortedRows, before: readonly Promise<void>[], signal: AbortSignal): Promise<readonly LogRecord[]> {
    const { identity, table } = this.target;
    if (identity === null || sorted.doubtful.length === 0) return sorted.fresh;
    await Promise.all(before);
    const keys = [...new Set(sorted.doubtful.map(({ value }) => identity.keyOf(value as Buffer)))];
    const known = await this.persist(() => this.deps.store.existing(table, identity.sql, keys), signal);
    const { rows, duplicates } = settleDoubts(sorted, identity, known);
    if (duplicates > 0) this.deps.observer.duplicates(table, duplicates);
    return rows;
  }

  private async insertAll(rows: readonly LogRecord[], token: string, signal: AbortSignal): Promise<readonly Refusal[]> {
    const refusals: Refusal[] = [];
    for (const [id, group] of groupBySchema(rows)) {
      const reasons = new Map<LogRecord, string>();
      const insert = (part: readonly LogRecord[], path: string) => this.insert(id, part, `${token}#${id}${path === '' ? '' : `/${path}`}`, reasons, signal);
      const culprits = await insertBisecting(group, insert);
      refusals.push(...culprits.map((record) => ({ record, reason: reasons.get(record) ?? 'ClickHouse refuses it' })));
    }
    return refusals;
  }

  private async insert(schemaId: number, rows: readonly LogRecord[], token: string, reasons: Map<LogRecord, string>, signal: AbortSignal): Promise<boolean> {
    const form = this.formOf(schemaId) as SchemaForm;
    const data = encodeContainer(form.container, rows);
    const columns = form.container.fields.filter((name) => (this.columns as ReadonlySet<string>).has(name));
    await this.deps.inserting.take(data.length);
    const started = process.hrtime.bigint();
    try {
      await this.persist(() => this.deps.store.insert({ table: this.target.table, columns, format: 'Avro', data, token }), signal);
    } catch (error) {
      if (!(error instanceof BlockRefused)) throw error;
      if (rows.length === 1) reasons.set(rows[0] as LogRecord, error.message);
      return false;
    } finally {
      this.deps.inserting.give(data.length);
    }
    this.deps.observer.written(this.target.table, rows.length, Number(process.hrtime.bigint() - started) / 1e9);
    return true;
  }

  private async deadLetter(letters: readonly Refusal[], signal: AbortSignal): Promise<void> {
    if (letters.length === 0) return;
    await this.persist(() => this.deps.deadLetters.publish(letters), signal);
    this.deps.observer.refused(this.target.table, letters.length);
  }

  private persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return persist(work, signal, (error) => this.deps.observer.retry(this.target.table, error));
  }

  /** What is not known stays so for this block, and is looked for again with the next. */
  private formsOfBlock(): (schemaId: number) => SchemaForm | null {
    const unknown = new Set<number>();
    return (schemaId) => {
      const form = unknown.has(schemaId) ? undefined : this.formOf(schemaId);
      if (form === undefined) unknown.add(schemaId);
      return form ?? null;
    };
  }

  /** Null for a schema that cannot be a row, for ever: an id never changes its schema. Undefined for one that is not known, which may come. */
  private formOf(schemaId: number): SchemaForm | null | undefined {
    const held = this.forms.get(schemaId);
    if (held !== undefined) return held;
    const text = textOf(this.deps.codec, schemaId);
    if (text === undefined) return undefined;
    const form = schemaForm(text);
    this.forms.set(schemaId, form);
    return form;
  }
}

interface Refusal {
  readonly record: LogRecord;
  readonly reason: string;
}

class SchemaForm implements BodyForm {
  constructor(
    readonly container: ContainerForm,
    private readonly checker: BodyChecker,
  ) {}

  fits(value: Buffer): boolean {
    return this.checker.fits(value, FRAME_BYTES, value.length);
  }
}

function textOf(codec: Pick<AvroCodec, 'schemaOf'>, id: number): string | undefined {
  try {
    return codec.schemaOf(id);
  } catch {
    return undefined;
  }
}

/** Null for a schema that cannot be a row. */
function schemaForm(text: string): SchemaForm | null {
  try {
    return new SchemaForm(containerForm(text), bodyChecker(text));
  } catch {
    return null;
  }
}

export function groupBySchema(rows: readonly LogRecord[]): ReadonlyMap<number, readonly LogRecord[]> {
  const groups = new Map<number, LogRecord[]>();
  let lastId = -1;
  let last: LogRecord[] = [];
  for (const row of rows) {
    const id = schemaIdOf(row.value as Buffer);
    if (id !== lastId) {
      last = groups.get(id) ?? [];
      groups.set(id, last);
      lastId = id;
    }
    last.push(row);
  }
  return groups;
}

export function addLoaded(identity: NonNullable<AvroTarget['identity']>, filter: IdentityFilter, rows: Buffer, rowBytes: number): void {
  const words = new Uint32Array(2);
  for (let at = 0; at < rows.length; at += rowBytes) {
    identity.hashLoaded(rows, at, words);
    filter.add(words[0] as number, words[1] as number);
  }
}
