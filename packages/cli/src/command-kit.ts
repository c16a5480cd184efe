import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { type Environment as Scope, isCompanyId, scopeOf } from '@stakewatch/contracts';
import type { ExitCode } from './exit-codes';
import type { Output, Streams } from './output';
import type { Session } from './session';

/** The world of one run, so that tests can make their own. */
export interface Environment {
  readonly streams: Streams;
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly variables: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Fires on Ctrl-C. */
  readonly interrupted: AbortSignal;
}

export interface Context extends Environment {
  readonly session: Session;
  readonly output: Output;
}

/** Does a command; gives its exit code when it is not 0. */
export type Action = (context: Context) => Promise<ExitCode | void>;
export type Run = (action: Action, command: Command) => Promise<void>;

export const HELP_EXIT_CODES = `
Exit codes:
  0  done
  1  failed for a reason this program does not understand
  2  wrong command line or configuration
  3  refused: a value is not valid, does not exist, or does not go with what is there
  4  a part of the system does not answer
  5  done in part: some rows were refused, or some checks failed
  130  stopped by Ctrl-C

Where the system is comes from STAKEWATCH_GATEWAY_URL, STAKEWATCH_KAFKA_BROKERS, STAKEWATCH_SCHEMA_REGISTRY_URL, STAKEWATCH_REDIS_URL,
STAKEWATCH_CLICKHOUSE_URL and STAKEWATCH_KEY_PEPPER; inside the repository, from .stakewatch/stack.json while the local stack is up.`;

/** Options that choose a company and its environment. */
export function withScope(command: Command): Command {
  return command.requiredOption('-c, --company <id>', 'company id', companyId).option('--sandbox', "the company's sandbox instead of its live side");
}

export interface ScopeOptions {
  readonly company: string;
  readonly sandbox?: boolean;
}

export const environmentOf = ({ sandbox }: { sandbox?: boolean }): Scope => (sandbox === true ? 'sandbox' : 'live');
export const scopeFrom = (options: ScopeOptions): string => scopeOf(options.company, environmentOf(options));

/** @throws {ControlRefused} not_found, for commands that would find nothing of a company that there is not */
export async function knownCompany(session: Session, id: string): Promise<void> {
  await (await session.control()).requireCompany(id);
}

export function companyId(text: string): string {
  if (!isCompanyId(text)) throw new InvalidArgumentError('A company id has 1 to 40 lower-case letters, digits and dashes. Its sandbox is chosen with --sandbox.');
  return text;
}

/** For --limit of a command that gives pages of at most so many. */
export const pageSize = (most: number) => (text: string): number => {
  const size = positiveInteger(text);
  if (size > most) throw new InvalidArgumentError(`At most ${most}.`);
  return size;
};

export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be an integer from 1 up.');
  return Number(text);
}

export function nonNegativeInteger(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be an integer from 0 up.');
  return Number(text);
}

/** Milliseconds of "90s", "15m", "2h", "7d". */
export function duration(text: string): number {
  const match = /^(\d{1,6})(s|m|h|d)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Say a number and a unit: 90s, 15m, 2h, 7d.');
  return Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as 's' | 'm' | 'h' | 'd'];
}

export const examples = (...lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  $ stakewatch ${line}`).join('\n')}\n`;
