import { existsSync, readFileSync } from 'node:fs';
import { text as readText } from 'node:stream/consumers';
import { CliError, usageError } from './cli-error';
import type { Context } from './command-kit';
import { EXIT } from './exit-codes';

/** Whether a rule is named by its id, not by a file that holds it. */
export const isRuleId = (rule: string): boolean => rule !== '-' && !existsSync(rule) && /^[a-z][a-z0-9-]{1,63}$/.test(rule);

/** A rule as JSON, from a file or (-) standard input. */
export async function readDefinition(context: Context, file: string): Promise<unknown> {
  return parseJson(file, await readContent(context, file));
}

/** What a rule is tried on: a JSON list, a JSON object with lists by kind, or one JSON object a line. */
export async function readItems(context: Context, file: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const content = await readContent(context, file);
  const whole = tryJson(content);
  if (Array.isArray(whole)) return byKind(whole);
  if (whole !== undefined && !isItem(whole)) return whole as Readonly<Record<string, readonly unknown[]>>;
  return byKind(content.split('\n').filter((line) => line.trim() !== '').map((line, at) => parseJson(`${file}, line ${at + 1},`, line)));
}

/** A transaction has a transaction_id, a bonus change a txnId; all else is an event. */
function byKind(items: readonly unknown[]): Readonly<Record<string, readonly unknown[]>> {
  const kinds: Record<string, unknown[]> = {};
  for (const item of items) (kinds[kindOf(item)] ??= []).push(item);
  return kinds;
}

function kindOf(item: unknown): string {
  const has = (name: string): boolean => typeof item === 'object' && item !== null && Object.hasOwn(item, name);
  if (has('transaction_id') || has('transaction')) return 'transactions';
  return has('txnId') ? 'bonus_changes' : 'events';
}

const LISTS = ['events', 'transactions', 'bonus_changes', 'lists'];
const isItem = (value: unknown): boolean => typeof value !== 'object' || value === null || !LISTS.some((name) => Array.isArray((value as Record<string, unknown>)[name]));

async function readContent({ stdin }: Context, file: string): Promise<string> {
  try {
    return file === '-' ? await readText(stdin) : readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`${file} can't be read: ${(error as Error).message}`);
  }
}

function parseJson(what: string, content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    throw new CliError('invalid', `${what} is not JSON: ${(error as Error).message}`, EXIT.refused);
  }
}

function tryJson(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return undefined;
  }
}

/** @throws {CliError} when one is named twice: which is meant? */
export function settingsOf(pairs: readonly string[]): Readonly<Record<string, unknown>> {
  const settings = pairs.map(settingOf);
  const twice = settings.find(([name], index) => settings.findIndex(([other]) => other === name) !== index);
  if (twice !== undefined) throw usageError(`${twice[0]} is given twice.`);
  return Object.fromEntries(settings);
}

/** limit=8 gives a number, flag=true a boolean, text stays text, and nothing gives the default back. */
function settingOf(pair: string): [string, unknown] {
  const at = pair.indexOf('=');
  if (at < 1) throw usageError(`${pair} is not name=value.`);
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  if (value === '') return [name, null];
  try {
    return [name, JSON.parse(value) as unknown];
  } catch {
    return [name, value];
  }
}
