import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AvroSchemaName } from './topics';

const SCHEMA_FOLDER = join(__dirname, '..', '..', '..', 'schemas');

/** The text of schemas/<name>.avsc, the one source of the Avro types. */
export function schemaText(name: AvroSchemaName): string {
  return readFileSync(join(SCHEMA_FOLDER, `${name}.avsc`), 'utf8');
}
