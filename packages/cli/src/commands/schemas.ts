import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { usageError } from '../cli-error';
import { examples, type Run } from '../command-kit';
import { EXIT } from '../exit-codes';
import { problemsOf } from '../schemas/compatibility';

const SCHEMAS = resolve(__dirname, '..', '..', '..', '..', 'schemas');

export function schemasCommand(run: Run): Command {
  const command = new Command('schemas').description('Avro schemas and their released versions');
  command
    .command('check')
    .option('--dir <folder>', 'folder with <name>.avsc and released/<name>/<version>.avsc', SCHEMAS)
    .description('check every schema against all its released versions, in both directions')
    .addHelpText('after', examples('schemas check'))
    .action(({ dir }: { dir: string }, self: Command) =>
      run(async ({ output }) => {
        const items = namesIn(dir).map((name) => {
          const released = releasedOf(dir, name);
          const problems = problemsOf(name, read(join(dir, `${name}.avsc`)), released);
          return { schema: name, released: [...released.keys()], compatible: problems.length === 0, problems: problems.map(({ version, direction, message }) => `${direction} with ${version}: ${message}`) };
        });
        output.list(items, ['schema', 'released', 'compatible', 'problems'], 'No schema.');
        return items.every(({ compatible }) => compatible) ? EXIT.ok : EXIT.partial;
      }, self),
    );
  command
    .command('release')
    .argument('<name>', 'schema, e.g. betting-event')
    .option('--dir <folder>', 'folder of the schemas', SCHEMAS)
    .description('keep a schema as it is as its next released version; refused when it breaks one before')
    .addHelpText('after', examples('schemas release betting-event'))
    .action((name: string, { dir }: { dir: string }, self: Command) =>
      run(async ({ output }) => {
        if (!namesIn(dir).includes(name)) throw usageError(`There is no schema ${name}.`, `Schemas: ${namesIn(dir).join(', ')}`);
        const [text, released] = [read(join(dir, `${name}.avsc`)), releasedOf(dir, name)];
        const problems = problemsOf(name, text, released);
        if (problems.length > 0) {
          output.list(problems.map((problem) => ({ ...problem })), ['schema', 'version', 'direction', 'message'], '');
          return EXIT.refused;
        }
        const [newest, newestText] = [...released].at(-1) ?? ['0', null];
        const changed = newestText !== text;
        const version = changed ? String(Number(newest) + 1) : newest;
        if (changed) {
          mkdirSync(join(dir, 'released', name), { recursive: true });
          writeFileSync(join(dir, 'released', name, `${version}.avsc`), text);
        }
        output.result({ changed, schema: name, version }, changed ? `${name} is released as version ${version}.` : `${name} is version ${version} as it is.`);
        return EXIT.ok;
      }, self),
    );
  return command;
}

function namesIn(dir: string): string[] {
  if (!existsSync(dir)) throw usageError(`There is no folder ${dir}.`);
  return readdirSync(dir).filter((file) => file.endsWith('.avsc')).map((file) => basename(file, '.avsc')).sort();
}

/** Version to text, oldest first. */
function releasedOf(dir: string, name: string): Map<string, string> {
  const folder = join(dir, 'released', name);
  const versions = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.avsc')).map((file) => basename(file, '.avsc')) : [];
  return new Map(versions.sort((a, b) => Number(a) - Number(b)).map((version) => [version, read(join(folder, `${version}.avsc`))]));
}

const read = (path: string): string => readFileSync(path, 'utf8');
