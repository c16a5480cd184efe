#!/usr/bin/env node
// Writes packages/contracts/src/avro-types.ts from schemas/*.avsc. A test compares the file with what this prints (--print).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toTypeScript } from '@ovotech/avro-ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'schemas');
const parts = readdirSync(folder)
  .filter((name) => name.endsWith('.avsc'))
  .sort()
  .map((name) => {
    const schema = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    // One namespace per file would nest the types; the record names are unique across the files.
    delete schema.namespace;
    return toTypeScript(schema).replace(/^export type AvroType = .*;\n+/m, '').trim();
  });
const text = `/* Made by scripts/generate-avro-types.mjs from schemas/*.avsc; do not edit. */\n\n${parts.join('\n\n')}\n`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(root, 'packages/contracts/src/avro-types.ts'), text);
