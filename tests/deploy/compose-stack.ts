import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { StackCompany } from '@stakewatch/contracts';

const ROOT = resolve(__dirname, '..', '..');
const PORTS = Number(process.env['STAKEWATCH_TEST_PORT_BASE'] ?? 27_800) + 50;
const PASSWORD = 'of-this-test';

/** docker-compose.yml under a project name, ports and a network of its own, beside whatever else runs here. */
export const composeStack = {
  gateway: `http://127.0.0.1:${PORTS}`,
  clickhouse: `http://127.0.0.1:${PORTS + 5}`,
  receiver: `http://127.0.0.1:${PORTS + 6}`,
} as const;

const env = {
  ...process.env,
  COMPOSE_PROJECT_NAME: 'stakewatch-compose-test',
  STAKEWATCH_GATEWAY_PORT: String(PORTS),
  STAKEWATCH_CLICKHOUSE_PORT: String(PORTS + 5),
  STAKEWATCH_RECEIVER_PORT: String(PORTS + 6),
  STAKEWATCH_SUBNET: '172.28.72',
  STAKEWATCH_CLICKHOUSE_PASSWORD: PASSWORD,
};

/** What `docker compose <args>` printed. @throws what execFile does, with all that compose said, when it ends with another exit code than 0 */
export async function compose(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', ['compose', ...args], { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Starts what does not run and waits until all is healthy. @throws with what the containers said that ended badly */
export async function up(): Promise<void> {
  try {
    await compose('up', '--detach', '--wait');
  } catch (error) {
    const ended = (await containers()).filter(({ State, ExitCode }) => State !== 'running' && ExitCode !== 0).map(({ Service }) => Service);
    throw new Error(`${(error as Error).message}\n${ended.length > 0 ? await compose('logs', '--tail', '50', ...ended) : ''}`, { cause: error });
  }
}

export interface Container {
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
}

/** All containers of the project, also those that ended. */
export async function containers(): Promise<readonly Container[]> {
  const lines = (await compose('ps', '--all', '--format', 'json')).trim();
  if (lines === '') return [];
  return lines.split('\n').map((line) => JSON.parse(line) as Container);
}

/** The demo companies, with their keys, as the head of docker-compose.yml says they are found. */
export async function companies(): Promise<readonly StackCompany[]> {
  return (JSON.parse(await compose('exec', '-T', 'webhook-receiver', 'cat', '/state/secrets.json')) as { companies: StackCompany[] }).companies;
}

/** Rows of a query, asked from outside the containers. */
export async function rows(query: string): Promise<readonly Record<string, unknown>[]> {
  const answer = await fetch(`${composeStack.clickhouse}/?database=stakewatch`, { method: 'POST', headers: { 'X-ClickHouse-User': 'stakewatch', 'X-ClickHouse-Key': PASSWORD }, body: `${query} FORMAT JSON` });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { data: Record<string, unknown>[] }).data;
}
