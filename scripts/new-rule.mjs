#!/usr/bin/env node
// npm run new:rule -- my-rule      makes services/velocity-detector/src/rules/my-rule.ts and its test, and adds it to the list.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'services', 'velocity-detector', 'src', 'rules');
const id = process.argv[2] ?? '';
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 64 || id.length < 2) fail("give the rule's id: lower-case words joined by '-', e.g. npm run new:rule -- refund-burst");
const file = join(folder, `${id}.ts`);
if (existsSync(file)) fail(`${file} is there already`);

const name = id.replace(/-([a-z0-9])/g, (_all, letter) => letter.toUpperCase());
const title = id[0].toUpperCase() + id.slice(1).replaceAll('-', ' ');

writeFileSync(
  file,
  `import { count, defineRule } from '@stakewatch/rules';

/** Flags a player who … */
export const ${name} = defineRule({
  id: '${id}',
  version: 1,
  title: '${title}',
  description: 'What it sees, and what that may mean.',
  per: 'player',
  on: ['REFUND'],
  facts: { refunds: count({ of: 'REFUND', within: '1h' }) },
  when: 'refunds > limit',
  settings: { limit: 3 },
  allowed: { limit: { type: 'integer', unit: 'refunds', min: 1, max: 10_000 } },
  outcome: { severity: 'medium', score: 30, tags: ['velocity'] },
  examples: [
    { name: 'at the limit', given: [{ type: 'REFUND', repeat: 3 }], then: 'silent' },
    { name: 'over the limit', given: [{ type: 'REFUND', repeat: 4 }], then: 'alert' },
  ],
});
`,
);
writeFileSync(
  join(folder, `${id}.test.ts`),
  `import { runExamples } from '@stakewatch/rules';
import { ${name} } from './${id}';

// The examples of every rule run in rules.test.ts; what is worth more words stands here.
test('a company can set the limit', () => {
  const [result] = runExamples({ ...${name}, examples: [{ given: [{ type: 'REFUND', repeat: 2 }], settings: { limit: 1 }, then: 'alert' }] });
  expect(result).toMatchObject({ passed: true });
});
`,
);

const list = join(folder, 'index.ts');
const text = readFileSync(list, 'utf8');
const imports = [...text.matchAll(/^import \{ \w+ \} from '\.\/.*';$/gm)].map(([line]) => line);
const names = [...text.matchAll(/^ {2}(\w+),$/gm)].map(([, each]) => each);
const added = `import { ${name} } from './${id}';`;
const next = imports.findIndex((line) => pathOf(line) > id);
const at = next < 0 ? imports.length : next;
imports.splice(at, 0, added);
names.splice(at, 0, name);
const head = text.slice(0, text.search(/^import \{ \w+ \} from '\.\//m));
const middle = text.slice(text.indexOf('\n/** The built-in library'), text.indexOf('= [\n') + 4);
writeFileSync(list, `${head}${imports.join('\n')}\n${middle}${names.map((each) => `  ${each},\n`).join('')}];\n`);

process.stdout.write(`made ${id}.ts and ${id}.test.ts, and added the rule to index.ts\ntry it: TEST_KIND=unit npx jest services/velocity-detector/src/rules\n`);

function pathOf(line) {
  return line.slice(line.indexOf("'./") + 3, -2);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
