import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Migration {
  readonly number: number;
  readonly name: string;
  /** SHA-256 of the file, hex. */
  readonly checksum: string;
  readonly statements: readonly string[];
}

const FOLDER = join(__dirname, '..', 'migrations');
const FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** The files of migrations/, by number. @throws {Error} for a file of another name, or a number that is missing or used twice. */
export function readMigrations(folder = FOLDER): readonly Migration[] {
  const files = readdirSync(folder).sort();
  return files.map((file, i) => {
    const match = FILE.exec(file);
    if (!match) throw new Error(`migration ${file} is not named NNNN_words.sql`);
    if (Number(match[1]) !== i + 1) throw new Error(`migration ${file} should have number ${i + 1}`);
    const text = readFileSync(join(folder, file), 'utf8');
    return { number: i + 1, name: match[2] as string, checksum: createHash('sha256').update(text).digest('hex'), statements: splitStatements(text) };
  });
}

/** A statement ends with `;` at the end of a line; lines that begin with `--` are comments. */
export function splitStatements(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
