import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { TOPICS } from '@stakewatch/contracts';
import { Retriable } from '../log/port';
import type { SchemaIds } from './avro-codec';

/** Confluent's error code for an id that does not exist. */
const SCHEMA_NOT_FOUND = 404;

/** Schema ids from a Confluent-compatible registry. Subjects are `<topic>-value` (TopicNameStrategy). */
export function createRegistrySchemaIds(url: string): SchemaIds {
  const registry = new SchemaRegistry({ host: url, retry: { retries: 3, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 2 } });
  return {
    async register(name, schema) {
      const topic = Object.values(TOPICS).find((declared) => declared.schema === name);
      if (!topic) throw new Error(`no topic uses schema ${name}`);
      try {
        return (await registry.register({ type: SchemaType.AVRO, schema }, { subject: `${topic.name}-value` })).id;
      } catch (error) {
        throw asRegistryError(error);
      }
    },
    async fetch(id) {
      try {
        const schema = (await registry.getSchema(id)) as unknown as { getSchema?: () => unknown; schema?: (options: { exportAttrs: boolean }) => unknown };
        const exported = typeof schema.schema === 'function' ? schema.schema({ exportAttrs: true }) : schema;
        return JSON.stringify(exported);
      } catch (error) {
        if (statusOf(error) === SCHEMA_NOT_FOUND) return null;
        throw asRegistryError(error);
      }
    },
  };
}

/** An incompatible schema (409) or a refused one (422) is a fault to be told; everything else is waited out. */
function asRegistryError(error: unknown): unknown {
  const status = statusOf(error);
  if (status === 409 || status === 422) return error;
  return new Retriable(`schema registry: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

function statusOf(error: unknown): number | undefined {
  return (error as { status?: number }).status;
}
