import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { StackCompany, StackFile } from '@stakewatch/contracts';
import { CliError, usageError } from './cli-error';
import { EXIT } from './exit-codes';

/** Where the parts of the system are. Each comes from its environment variable, else from the local stack's stack.json. */
export interface Settings {
  readonly gateway: string;
  readonly kafka: readonly string[];
  readonly schemaRegistry: string;
  readonly redis: string;
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string; readonly database: string };
  readonly pepper: string;
}

export interface SettingsSource {
  /** @throws {CliError} not_configured, naming the variable. */
  need<K extends keyof Settings>(name: K): Settings[K];
  /** Whether it is configured. */
  has(name: keyof Settings): boolean;
  readonly stackFile: string | null;
  readonly stack: StackFile | null;
  /** A company of the local stack: its key is known here. */
  company(id: string): StackCompany | undefined;
}

const VARIABLES: Readonly<Record<keyof Settings, string>> = {
  gateway: 'STAKEWATCH_GATEWAY_URL',
  kafka: 'STAKEWATCH_KAFKA_BROKERS',
  schemaRegistry: 'STAKEWATCH_SCHEMA_REGISTRY_URL',
  redis: 'STAKEWATCH_REDIS_URL',
  clickhouse: 'STAKEWATCH_CLICKHOUSE_URL',
  pepper: 'STAKEWATCH_KEY_PEPPER',
};

/** @throws {CliError} usage, for a stack.json that is none. */
export function readSettings(environment: NodeJS.ProcessEnv, folder: string): SettingsSource {
  const stackFile = findStackFile(environment, folder);
  const stack = stackFile === null ? null : readStackFile(stackFile);
  return {
    stackFile,
    stack,
    company: (id) => stack?.companies.find((company) => company.id === id),
    has: (name) => (fromEnvironment(name, environment) ?? fromStack(name, stack, stackFile)) !== undefined,
    need(name) {
      const value = fromEnvironment(name, environment) ?? fromStack(name, stack, stackFile);
      if (value === undefined) throw notConfigured(name);
      return value as Settings[typeof name];
    },
  };
}

function fromEnvironment(name: keyof Settings, environment: NodeJS.ProcessEnv): Settings[keyof Settings] | undefined {
  const value = environment[VARIABLES[name]];
  if (value === undefined || value === '') return undefined;
  // The value itself is not told: a URL may hold a password.
  const fault = FORMS[name]?.(value);
  if (fault !== undefined) throw usageError(`${VARIABLES[name]} ${fault}.`);
  if (name === 'kafka') return value.split(',').map((broker) => broker.trim());
  if (name !== 'clickhouse') return value.replace(/\/$/, '');
  return {
    url: value.replace(/\/$/, ''),
    user: environment['STAKEWATCH_CLICKHOUSE_USER'] ?? 'default',
    password: environment['STAKEWATCH_CLICKHOUSE_PASSWORD'] ?? '',
    database: environment['STAKEWATCH_CLICKHOUSE_DATABASE'] ?? 'stakewatch',
  };
}

function fromStack(name: keyof Settings, stack: StackFile | null, stackFile: string | null): Settings[keyof Settings] | undefined {
  if (stack === null || stackFile === null) return undefined;
  if (name === 'kafka') return [stack.kafka];
  if (name === 'pepper') return pepperBeside(stackFile);
  return stack[name];
}

/** The local stack keeps its secrets beside stack.json, readable by its owner only. */
function pepperBeside(stackFile: string): string | undefined {
  const path = join(dirname(stackFile), 'secrets.json');
  return existsSync(path) ? readJson<{ pepper?: string }>(path).pepper : undefined;
}

/** STAKEWATCH_HOME, else the nearest .stakewatch folder from here upwards. */
function findStackFile(environment: NodeJS.ProcessEnv, folder: string): string | null {
  if (environment['STAKEWATCH_HOME']) {
    const path = join(resolve(folder, environment['STAKEWATCH_HOME']), 'stack.json');
    return existsSync(path) ? path : null;
  }
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, '.stakewatch', 'stack.json');
    if (existsSync(path)) return path;
    if (dirname(at) === at) return null;
  }
}

function readJson<T>(path: string): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    throw usageError(`${path} can't be read: ${(error as Error).message}`);
  }
}

/** What is wrong with a value; undefined when nothing is. */
const FORMS: Readonly<Partial<Record<keyof Settings, (value: string) => string | undefined>>> = {
  gateway: (value) => urlFault(value, ['http:', 'https:']),
  schemaRegistry: (value) => urlFault(value, ['http:', 'https:']),
  clickhouse: (value) => urlFault(value, ['http:', 'https:']),
  redis: (value) => urlFault(value, ['redis:', 'rediss:']),
  kafka: (value) => (value.split(',').every((broker) => /^(?:[^\s:/[\]]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/.test(broker.trim())) ? undefined : 'must be host:port, several separated by commas'),
};

function urlFault(value: string, protocols: readonly string[]): string | undefined {
  const fits = URL.canParse(value) && protocols.includes(new URL(value).protocol) && new URL(value).hostname !== '';
  return fits ? undefined : `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
}

/** The parts that are asked for; what else stands there is not looked at. */
const STACK_FIELDS: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ...['gateway', 'kafka', 'schemaRegistry', 'redis'].map((name) => [name, (value: unknown) => typeof value === 'string'] as const),
  ['clickhouse', (value) => isObject(value) && ['url', 'user', 'password', 'database'].every((name) => typeof value[name] === 'string')],
  ['companies', (value) => Array.isArray(value) && value.every((each) => isObject(each) && typeof each['id'] === 'string' && typeof each['apiKey'] === 'string')],
  ['processes', (value) => Array.isArray(value) && value.every((each) => isObject(each) && typeof each['name'] === 'string' && Number.isInteger(each['pid']))],
];

function readStackFile(path: string): StackFile {
  const found = readJson<unknown>(path);
  const faults = isObject(found) ? STACK_FIELDS.filter(([name, fits]) => !fits(found[name])).map(([name]) => name) : ['everything'];
  if (faults.length > 0) throw usageError(`${path} is not what a local stack writes: ${faults.join(', ')} missing or wrong.`, '`npm run up` writes it anew; STAKEWATCH_HOME names another folder.');
  return found as StackFile;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function notConfigured(name: keyof Settings): CliError {
  return new CliError('not_configured', `${VARIABLES[name]} is not set, and no local stack says it.`, EXIT.usage, `Set ${VARIABLES[name]}, or run inside the repository while the local stack is up (npm run up).`);
}
