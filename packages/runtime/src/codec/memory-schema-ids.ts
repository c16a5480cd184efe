import type { SchemaIds } from './avro-codec';

/** A schema registry in memory, for tests. */
export function createMemorySchemaIds(): SchemaIds {
  const texts: string[] = [];
  return {
    async register(_name, schema) {
      const known = texts.indexOf(schema);
      return known >= 0 ? known + 1 : texts.push(schema);
    },
    fetch: async (id) => texts[id - 1] ?? null,
  };
}
