#!/usr/bin/env node
// Writes the tables of settings, topics and metrics into docs/operations.md, between their markers. Run after a build; a test compares them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settingsOf } from './service-settings.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { TOPICS } = require(join(root, 'packages/contracts/dist/index.js'));
const { METRICS } = require(join(root, 'packages/runtime/dist/index.js'));

const topics = Object.values(TOPICS).map(
  ({ name, keyedBy, schema, partitions, cleanup, retentionMs, doc }) =>
    `| \`${name}\` | ${keyedBy.replace(/\|/g, '\\|')} | ${schema === 'json' ? 'JSON' : `\`${schema}.avsc\``} | ${partitions} | ${cleanup === 'compact' ? 'newest of each key, for ever' : `${retentionMs / 86_400_000} days`} | ${doc} |`,
);
const metrics = Object.entries(METRICS)
  .sort(([a], [b]) => a.localeCompare(b))
  .map(([name, { type, labels, help }]) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`);

const settings = readdirSync(join(root, 'services')).flatMap((service) =>
  Object.entries(settingsOf(join(root, 'services', service, 'dist')).properties).map(([name, { default: usual, description }]) => `| ${service} | \`${name}\` | ${usual === undefined ? 'required' : usual === '' ? 'empty' : String(usual)} | ${description.replace(/\|/g, '\\|')} |`),
);

const tables = {
  settings: ['| service | variable | default | what |', '|---|---|---|---|', ...settings],
  topics: ['| topic | key | schema | partitions | kept | what |', '|---|---|---|---|---|---|', ...topics],
  metrics: ['| metric | type | labels | what |', '|---|---|---|---|', ...metrics],
};

const path = join(root, 'docs/operations.md');
let text = readFileSync(path, 'utf8');
for (const [name, lines] of Object.entries(tables)) {
  text = text.replace(new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`), `$1${lines.join('\n')}\n$2`);
}
writeFileSync(path, text);
