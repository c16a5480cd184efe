import type { ClickHouseClient } from '@stakewatch/clickhouse';
import type { StackFile } from '@stakewatch/contracts';
import { killAndAwaitReturn, pause } from './victims';

const CALLERS = 8;
/** Requests answered before the first kill, and after each kill before the next. */
const WARM_UP = 50;
const PROGRESS = 40;
const ANSWER_WITHIN_MS = 20_000;

export interface AskedRequest {
  /** Under which the request is known: the same id sent again must get the same answer. */
  readonly id: string;
  readonly path: string;
  readonly body: string;
}

export interface CallersOptions {
  readonly gateway: string;
  readonly apiKey: string;
  /** What caller `number` asks as its `count`th request; a caller asks one after the other. */
  request(number: number, count: number, callers: number): AskedRequest;
}

/**
 * Callers as careful integrators are: each repeats a request until it is answered, and asks every answered one a second time.
 * All answers to one id must be the same, word for word.
 */
export class DecisionCallers {
  /** The answer's text, by id. */
  readonly answers = new Map<string, string>();
  readonly differing: string[] = [];
  /** Requests that got no answer: shows that the kills were felt. */
  retries = 0;
  private stopped = false;
  private readonly done: Promise<unknown>;

  constructor(private readonly options: CallersOptions) {
    this.done = Promise.all(Array.from({ length: CALLERS }, (_, number) => this.caller(number)));
    this.done.catch(() => (this.stopped = true));
  }

  /** Kills each victim in turn, each after the requests have gone on for a while since the last. */
  async underKills(rounds: number, victims: readonly string[]): Promise<void> {
    await this.answered(WARM_UP);
    for (let round = 0; round < rounds; round += 1) {
      for (const victim of victims) {
        const killed = Date.now();
        const back = await killAndAwaitReturn(victim);
        process.stderr.write(`round ${round + 1}: ${victim} killed, back after ${back} ms, ${this.answers.size} requests answered\n`);
        await this.answered(this.answers.size + PROGRESS);
        process.stderr.write(`  ${PROGRESS} more answered ${Date.now() - killed} ms after the kill\n`);
      }
    }
    this.stopped = true;
    await this.done;
  }

  /** The answer's text; null when there was none, or one that says to come again. @throws for an answer that is no success. */
  async ask(method: string, path: string, body?: string): Promise<string | null> {
    const { gateway, apiKey } = this.options;
    try {
      const response = await fetch(gateway + path, { method, headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' }, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      const text = await response.text();
      if (response.status === 429) await pause(Number(response.headers.get('retry-after') ?? 1) * 1000);
      if (response.status >= 500 || response.status === 429) return null;
      if (response.status >= 300) throw new Error(`${method} ${path} was answered ${response.status} ${text}`);
      return text;
    } catch (error) {
      // By name: fetch's errors are of another realm than the test's.
      if (['TypeError', 'TimeoutError', 'AbortError'].includes((error as Error).name)) return null;
      throw error;
    }
  }

  private async answered(goal: number): Promise<void> {
    while (this.answers.size < goal) {
      if (this.stopped) await this.done;
      await pause(50);
    }
  }

  private async caller(number: number): Promise<void> {
    for (let count = 0; !this.stopped; count += 1) {
      const { id, path, body } = this.options.request(number, count, CALLERS);
      for (let times = 0; times < 2; ) {
        const answer = await this.ask('POST', path, body);
        if (answer === null) {
          this.retries += 1;
          await pause(100);
          continue;
        }
        times += 1;
        if (this.answers.has(id) && this.answers.get(id) !== answer) this.differing.push(id);
        this.answers.set(id, answer);
      }
      await pause(60);
    }
  }
}

/** A company that may ask often. */
export function premiumCompany(stack: StackFile): StackFile['companies'][number] {
  const company = stack.companies.find(({ plan }) => plan === 'premium');
  if (!company) throw new Error('the stack has no premium company');
  return company;
}

export interface StoredAnswers {
  readonly table: 'transactions' | 'bonus_changes';
  /** The column of the callers' ids. */
  readonly id: 'transaction_id' | 'txn_id';
  readonly companyId: string;
  /** Ids of this run begin with it. */
  readonly prefix: string;
}

/** Rows of ClickHouse, once there are `count` of them or `withinMs` is over. */
export async function storedAnswers(clickhouse: ClickHouseClient, { table, id, companyId, prefix }: StoredAnswers, count: number, withinMs: number): Promise<readonly { id: string; answer: string }[]> {
  const query = `SELECT ${id} AS id, answer FROM ${table} WHERE company_id = {company:String} AND startsWith(${id}, {prefix:String})`;
  const read = async () => (await clickhouse.query({ query, query_params: { company: companyId, prefix }, format: 'JSONEachRow' })).json<{ id: string; answer: string }>();
  const end = Date.now() + withinMs;
  // While the writer or ClickHouse comes back, a look may fail; the last one may not.
  while ((await read().catch(() => [])).length < count && Date.now() < end) await pause(250);
  return read();
}
