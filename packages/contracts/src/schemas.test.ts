import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'avsc';
import { schemaText } from './schema-files';
import { type AvroSchemaName, TOPICS } from './topics';

const ROOT = join(__dirname, '..', '..', '..');
const RELEASED = join(ROOT, 'schemas', 'released');
const names = readdirSync(join(ROOT, 'schemas')).filter((file) => file.endsWith('.avsc')).map((file) => file.slice(0, -5) as AvroSchemaName);

test('every schema is used by a topic, and every topic has its schema', () => {
  const used = new Set(Object.values(TOPICS).map(({ schema }) => schema).filter((schema) => schema !== 'json'));
  expect([...used].sort()).toEqual([...names].sort());
});

test('the types are what the schemas say', () => {
  const printed = execFileSync(process.execPath, [join(ROOT, 'scripts', 'generate-avro-types.mjs'), '--print'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(readFileSync(join(ROOT, 'packages', 'contracts', 'src', 'avro-types.ts'), 'utf8')).toBe(printed);
});

describe.each(names)('%s', (name) => {
  const current = Type.forSchema(JSON.parse(schemaText(name)));
  const folder = join(RELEASED, name);
  const released = existsSync(folder) ? readdirSync(folder).sort() : [];

  test('has a released version', () => expect(released.length).toBeGreaterThan(0));

  test.each(released)('reads what %s wrote, and is read by it', (file) => {
    const old = Type.forSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    expect(() => current.createResolver(old)).not.toThrow();
    expect(() => old.createResolver(current)).not.toThrow();
  });
});

test('a change that breaks readers is noticed', () => {
  const schema = JSON.parse(schemaText('betting-event')) as { fields: { name: string; type: unknown }[] };
  const old = Type.forSchema(schema as never);
  const broken = Type.forSchema({ ...schema, fields: [...schema.fields, { name: 'required_and_new', type: 'string' }] } as never);
  expect(() => broken.createResolver(old)).toThrow();
});
