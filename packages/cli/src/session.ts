import { userInfo } from 'node:os';
import { ControlPlane, type RuleLibrary } from '@stakewatch/control';
import type { AvroCodec, createRedis, LogClient, LogRecord, StateStore } from '@stakewatch/runtime';
import { CliError } from './cli-error';
import { EXIT } from './exit-codes';
import { addressOf, assertReachable } from './probe';
import { loadRuleLibrary } from './rule-library';
import type { SettingsSource } from './settings';

type Redis = ReturnType<typeof createRedis>;

const NOTHING = (): void => undefined;
/** Loaded when first needed: it brings every client along, which takes longer than sending a small file. */
const loadRuntime = () => import('@stakewatch/runtime');

function notLoaded(): never {
  throw new Error('the rule library is not loaded');
}
const NO_RULES: RuleLibrary = { builtIns: [], check: notLoaded, describe: notLoaded, checkSettings: notLoaded };

/** Of a topic whose records do not fit; they would push the answer out of sight. */
const UNFIT_TOLD = 5;

export function unfitTeller(warn: (text: string) => void): (record: Pick<LogRecord, 'topic' | 'offset'>, reason: string) => void {
  const told = new Map<string, number>();
  return ({ topic, offset }, reason) => {
    const count = (told.get(topic) ?? 0) + 1;
    told.set(topic, count);
    if (count <= UNFIT_TOLD) warn(`the record at offset ${offset} of ${topic} is left out: ${reason}`);
    else if (count === UNFIT_TOLD + 1) warn(`more records of ${topic} are left out; the services log each of them.`);
  };
}

/** What a command reaches the system through; each client is opened when first asked for, and all are closed at the end. */
export class Session {
  private readonly closers: (() => Promise<unknown> | unknown)[] = [];
  private logClient: Promise<LogClient> | undefined;
  private redisClient: Promise<Redis> | undefined;
  private plane: Promise<ControlPlane> | undefined;
  /** Set when a client fails for good while a command waits. */
  private fail: (error: unknown) => void = NOTHING;
  readonly failure = new Promise<never>((_, reject) => (this.fail = reject));

  constructor(
    readonly settings: SettingsSource,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly warn: (text: string) => void,
  ) {
    this.failure.catch(NOTHING);
  }

  /** Who gives the commands, for records that keep it. */
  get user(): string {
    return this.environment['STAKEWATCH_USER'] || `cli:${userInfo().username}`;
  }

  /** For all but rules. */
  control(): Promise<ControlPlane> {
    return (this.plane ??= this.log().then((log) => new ControlPlane({ log, rules: NO_RULES })));
  }

  /** For rules: loading those of all services takes longer than most commands. */
  async ruleControl(): Promise<ControlPlane> {
    const [log, rules] = await Promise.all([this.log(), loadRuleLibrary()]);
    return new ControlPlane({ log, rules });
  }

  /** @throws {CliError} unavailable, within seconds. */
  log(): Promise<LogClient> {
    return (this.logClient ??= this.openLog());
  }

  private async openLog(): Promise<LogClient> {
    const brokers = this.settings.need('kafka');
    await Promise.any(brokers.map((broker) => this.probe('Kafka', broker, 9092))).catch((error: AggregateError) => {
      throw error.errors[0];
    });
    const { openToolLog } = await loadRuntime();
    const log = openToolLog({
      clientId: 'stakewatch-cli',
      brokers,
      onFatal: (error) => this.fail(error),
      onUnfitControlRecord: unfitTeller(this.warn),
    });
    this.closers.push(() => log.close());
    return log;
  }

  async codec(): Promise<AvroCodec> {
    const { createAvroCodec, createRegistrySchemaIds } = await loadRuntime();
    return createAvroCodec(createRegistrySchemaIds(this.settings.need('schemaRegistry')));
  }

  async stateStore(): Promise<StateStore> {
    const redis = await this.redis();
    return (await loadRuntime()).createRedisStateStore(redis);
  }

  /** @throws {CliError} unavailable, within seconds. */
  redis(): Promise<Redis> {
    return (this.redisClient ??= this.openRedis());
  }

  private async openRedis(): Promise<Redis> {
    const url = this.settings.need('redis');
    await this.probe('Redis', url, 6379);
    const { createLogger, createRedis } = await loadRuntime();
    const redis = createRedis(url, createLogger('stakewatch-cli', 'silent'), 'stakewatch-cli');
    this.closers.push(() => redis.disconnect());
    return redis;
  }

  private probe(what: string, address: string, defaultPort: number): Promise<void> {
    const { host, port } = addressOf(address, defaultPort);
    return assertReachable(what, host, port);
  }

  /** The key to call the gateway with: --api-key's variable, or the local stack's key of that company. @throws {CliError} */
  apiKey(companyId: string | undefined): string {
    const given = this.environment['STAKEWATCH_API_KEY'];
    if (companyId === undefined && given) return given;
    const id = companyId ?? this.settings.stack?.companies[0]?.id;
    const known = id === undefined ? undefined : this.settings.company(id);
    if (known !== undefined) return known.apiKey;
    const hint = given ? 'Leave --company out: STAKEWATCH_API_KEY is set, and a key says whose it is.' : 'Set STAKEWATCH_API_KEY; `stakewatch keys create` makes a key.';
    throw new CliError('not_configured', companyId === undefined ? 'No API key is known.' : `No local stack has a key of company ${companyId}.${this.knownCompanies()}`, EXIT.usage, hint);
  }

  private knownCompanies(): string {
    const ids = this.settings.stack?.companies.map(({ id }) => id) ?? [];
    return ids.length === 0 ? '' : ` This one has keys of ${ids.join(', ')}.`;
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
  }
}
