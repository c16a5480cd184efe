import { Type } from '@sinclair/typebox';
import { canonicalSchema, incompatibilities, type Level, LEVELS } from './compatibility';
import { RegistryError } from './registry-error';

/** Values of `_schemas`, as Confluent writes them. */
export const SchemaRecord = Type.Object({
  subject: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  id: Type.Integer({ minimum: 1 }),
  schema: Type.String(),
  deleted: Type.Boolean(),
});
export interface SchemaRecord {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  readonly schema: string;
  readonly deleted: boolean;
}
export const ConfigRecord = Type.Object({ compatibilityLevel: Type.Unsafe<Level>(Type.String({ enum: [...LEVELS] })) });
export interface ConfigRecord {
  readonly compatibilityLevel: Level;
}
export const StoredRecord = Type.Union([SchemaRecord, ConfigRecord]);
export type StoredRecord = SchemaRecord | ConfigRecord;

/** One write that a request asks for. */
export interface Write {
  readonly key: string;
  readonly value: StoredRecord | null;
}

export function schemaKey(subject: string, version: number): string {
  return JSON.stringify({ keytype: 'SCHEMA', subject, version, magic: 1 });
}

/** Null: the global configuration. */
export function configKey(subject: string | null): string {
  return JSON.stringify({ keytype: 'CONFIG', subject, magic: 0 });
}

const DEFAULT_LEVEL: Level = 'BACKWARD';

/** Questions and decisions about the registry's content. Pure: it reads records and says what to write. */
export class RegistryState {
  private readonly schemas: readonly SchemaRecord[];

  constructor(private readonly records: ReadonlyMap<string, StoredRecord>) {
    this.schemas = [...records.values()].filter((record): record is SchemaRecord => 'schema' in record).sort((a, b) => a.version - b.version);
  }

  subjects(): readonly string[] {
    return [...new Set(this.schemas.filter(({ deleted }) => !deleted).map(({ subject }) => subject))].sort();
  }

  /** Oldest first. @throws {RegistryError} 40401 */
  versions(subject: string): readonly SchemaRecord[] {
    const live = this.live(subject);
    if (live.length === 0) throw new RegistryError('subjectNotFound', `Subject '${subject}' not found.`);
    return live;
  }

  /** @throws {RegistryError} 40401, 40402, 42202 */
  version(subject: string, version: string): SchemaRecord {
    const all = this.versions(subject);
    const number = version === 'latest' || version === '-1' ? all.at(-1)?.version : Number(version);
    if (!Number.isInteger(number) || (number ?? 0) < 1) throw new RegistryError('invalidVersion', `The specified version '${version}' is not a valid version id.`);
    const found = all.find((record) => record.version === number);
    if (!found) throw new RegistryError('versionNotFound', `Version ${version} not found.`);
    return found;
  }

  /** Deleted versions are still found by id: what was written with them stays readable. @throws {RegistryError} 40403 */
  byId(id: number): readonly SchemaRecord[] {
    const found = this.schemas.filter((record) => record.id === id);
    if (found.length === 0) throw new RegistryError('schemaNotFound', `Schema ${id} not found`);
    return found;
  }

  /** @throws {RegistryError} 40401, 40403, 42201 */
  lookup(subject: string, schema: unknown): SchemaRecord {
    const canonical = canonicalSchema(schema);
    const found = this.versions(subject).find((record) => record.schema === canonical);
    if (!found) throw new RegistryError('schemaNotFound', 'Schema not found');
    return found;
  }

  /** The record to write, or the one that is there already. @throws {RegistryError} 42201, 409 */
  register(subject: string, schema: unknown): { record: SchemaRecord; isNew: boolean } {
    const canonical = canonicalSchema(schema);
    const live = this.live(subject);
    const same = live.find((record) => record.schema === canonical);
    if (same) return { record: same, isNew: false };
    const level = this.level(subject) ?? this.globalLevel();
    const reasons = incompatibilities(canonical, live.map((record) => record.schema), level);
    if (reasons.length > 0) {
      throw new RegistryError('incompatible', `Schema being registered is incompatible with an earlier schema for subject "${subject}" (${level}): ${reasons.join('; ')}`);
    }
    const everOfSubject = this.schemas.filter((record) => record.subject === subject);
    const version = Math.max(0, ...everOfSubject.map((record) => record.version)) + 1;
    return { record: { subject, version, id: this.idFor(canonical), schema: canonical, deleted: false }, isNew: true };
  }

  /** Against one version, or (null) as registering would be. @throws {RegistryError} 40401, 40402, 42201 */
  check(subject: string, version: string | null, schema: unknown): readonly string[] {
    const canonical = canonicalSchema(schema);
    const level = this.level(subject) ?? this.globalLevel();
    const earlier = version === null ? this.live(subject) : [this.version(subject, version)];
    return incompatibilities(canonical, earlier.map((record) => record.schema), level);
  }

  /** Null when the subject has none of its own. */
  level(subject: string): Level | null {
    return this.config(subject)?.compatibilityLevel ?? null;
  }

  globalLevel(): Level {
    return this.config(null)?.compatibilityLevel ?? DEFAULT_LEVEL;
  }

  private config(subject: string | null): ConfigRecord | null {
    const found = this.records.get(configKey(subject));
    return found && 'compatibilityLevel' in found ? found : null;
  }

  private live(subject: string): readonly SchemaRecord[] {
    return this.schemas.filter((record) => record.subject === subject && !record.deleted);
  }

  /** One schema has one id, whatever subjects it stands under. */
  private idFor(canonical: string): number {
    const same = this.schemas.find((record) => record.schema === canonical);
    return same?.id ?? Math.max(0, ...this.schemas.map(({ id }) => id)) + 1;
  }
}
