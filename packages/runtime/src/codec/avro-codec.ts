import { type AvroSchemaName, schemaText } from '@stakewatch/contracts';
import { Type } from 'avsc';
import { Unreadable } from '../consumer/stage';
import { FRAME_BYTES, NOT_FRAMED, schemaIdOf, writeFrame } from './frame';
import type { AvroCodec, AvroValues } from './port';

/** Where schema ids come from: the schema registry, or memory in tests. */
export interface SchemaIds {
  /** @throws {Retriable} when the registry does not answer. */
  register(name: AvroSchemaName, schema: string): Promise<number>;
  /** Writer schema of an id; null when the registry has no such id. @throws {Retriable} when it does not answer. */
  fetch(id: number): Promise<string | null>;
}

const SLAB_BYTES = 1 << 20;
/** An id that the registry does not have is asked for again after so long, in milliseconds. */
const ASK_AGAIN_MS = 30_000;
/** Ids that are not in the registry and kept; whoever writes more of them has each asked for more often. */
const MAX_MISSING = 10_000;

/** avsc on the hot path: values are written into a shared slab and cut off, not allocated one by one. */
export function createAvroCodec(ids: SchemaIds, nowMs: () => number = () => performance.now()): AvroCodec {
  const readers = new Map<AvroSchemaName, Type>();
  const registered = new Map<AvroSchemaName, number>();
  /** Null: a schema that Avro cannot read. */
  const writers = new Map<number, { text: string; type: Type } | null>();
  /** Ids that the registry does not have, and when each may be asked for again: its schema may come, or another registry answer. */
  const missing = new Map<number, number>();
  const resolvers = new Map<string, ReturnType<Type['createResolver']> | null>();
  let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  let used = 0;

  const readerOf = (name: AvroSchemaName): Type => {
    let type = readers.get(name);
    if (!type) readers.set(name, (type = Type.forSchema(JSON.parse(schemaText(name)), { wrapUnions: 'auto' as unknown as boolean })));
    return type;
  };

  const isKnown = (id: number): boolean => writers.has(id) || (missing.size > 0 && (missing.get(id) ?? -Infinity) > nowMs());

  const remember = (id: number, text: string | null): void => {
    if (text === null) {
      if (missing.size >= MAX_MISSING) missing.clear();
      missing.set(id, nowMs() + ASK_AGAIN_MS);
      return;
    }
    missing.delete(id);
    writers.set(id, readable(text));
  };

  return {
    async register(name) {
      const text = schemaText(name);
      const id = await ids.register(name, text);
      registered.set(name, id);
      if (!writers.has(id)) remember(id, text);
      return id;
    },
    encode(name, value) {
      const id = registered.get(name);
      if (id === undefined) throw new Error(`schema ${name} was not registered before use`);
      const type = readerOf(name);
      if (SLAB_BYTES - used < FRAME_BYTES) renew();
      let end = type.encode(value, slab, used + FRAME_BYTES);
      if (end < 0) {
        renew();
        end = type.encode(value, slab, used + FRAME_BYTES);
        if (end < 0) return oversized(type, id, value);
      }
      const framed = slab.subarray(used, end);
      writeFrame(framed, id);
      used = end;
      return framed;
    },
    async learn(framed) {
      const unknown = new Set<number>();
      for (const value of framed) {
        if (value && value.length >= FRAME_BYTES && value[0] === 0) {
          const id = value.readUInt32BE(1);
          if (!isKnown(id)) unknown.add(id);
        }
      }
      for (const id of unknown) remember(id, await ids.fetch(id));
    },
    isKnown,
    decode<N extends AvroSchemaName>(name: N, framed: Buffer): AvroValues[N] {
      const id = schemaIdOf(framed);
      const writer = writers.get(id);
      if (!writer) throw new Unreadable(`schema id ${id} is not in the registry`);
      const reader = readerOf(name);
      const body = framed.subarray(FRAME_BYTES);
      try {
        const resolver = resolverOf(name, id, reader, writer);
        return reader.fromBuffer(body, resolver ?? undefined) as AvroValues[N];
      } catch (error) {
        throw new Unreadable(`not a readable ${name}: ${(error as Error).message}`, { cause: error });
      }
    },
    isOwnSchema(name, id) {
      if (id < 0) throw new Unreadable(NOT_FRAMED);
      if (id === registered.get(name)) return true;
      const writer = writers.get(id);
      if (!writer) throw new Unreadable(`schema id ${id} is not in the registry`);
      return writer.text === schemaText(name);
    },
    schemaOf(id) {
      const writer = writers.get(id);
      if (!writer) throw new Error(`schema id ${id} is not known`);
      return writer.text;
    },
  };

  /** An id never changes its schema: what cannot be read stays so. */
  function readable(text: string): { text: string; type: Type } | null {
    try {
      return { text, type: Type.forSchema(JSON.parse(text), { wrapUnions: 'auto' as unknown as boolean }) };
    } catch {
      return null;
    }
  }

  function renew(): void {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }

  function oversized(type: Type, id: number, value: unknown): Buffer {
    const framed = Buffer.concat([Buffer.alloc(FRAME_BYTES), type.toBuffer(value)]);
    writeFrame(framed, id);
    return framed;
  }

  function resolverOf(name: AvroSchemaName, id: number, reader: Type, writer: { text: string; type: Type }) {
    const key = `${name}/${id}`;
    let resolver = resolvers.get(key);
    if (resolver === undefined) {
      resolver = writer.text === schemaText(name) || reader.fingerprint().equals(writer.type.fingerprint()) ? null : reader.createResolver(writer.type);
      resolvers.set(key, resolver);
    }
    return resolver;
  }
}
