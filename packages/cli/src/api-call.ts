import { type Command } from 'commander';
import { type Context, pageSize } from './command-kit';
import { callGateway, refusedBy } from './gateway';

/** Most items of a page of the API. */
const MAX_PAGE = 100;

/** Options of commands that ask the API in a company's name. */
export interface KeyOptions {
  readonly company?: string;
}

export interface PageOptions extends KeyOptions {
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly after?: string;
}

export const withKey = (command: Command): Command => command.option('-c, --company <id>', "use the local stack's key of this company scope (acme, acme-sandbox)");

/** Options that all pages have. */
export function withPage(command: Command, items: string): Command {
  return withKey(command)
    .option('--from <instant>', 'ISO 8601; decided then or later')
    .option('--to <instant>', 'ISO 8601; decided before')
    .option('--limit <n>', `${items} to show, at most ${MAX_PAGE}`, pageSize(MAX_PAGE), 20)
    .option('--after <next>', 'go on after the page before');
}

/** Calls the API with the company's key. @throws {CliError} what the gateway refuses, as it says it */
export async function callApi<Body>({ session }: Context, company: string | undefined, path: string, init: RequestInit = {}): Promise<Body> {
  const { status, body } = await callGateway(`${session.settings.need('gateway')}/api/v1${path}`, { ...init, headers: { 'x-api-key': session.apiKey(company), 'content-type': 'application/json' } });
  if (status !== 200) throw refusedBy(status, body);
  return body as Body;
}

/** Shows one page, newest first, and how to get the next. */
export async function showPage(context: Context, path: string, { company, ...filter }: PageOptions, columns: readonly string[], empty: string): Promise<void> {
  const query = new URLSearchParams(Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]));
  const { items, next } = await callApi<{ items: Record<string, unknown>[]; next: string | null }>(context, company, `${path}?${query}`);
  context.output.page(items, next, columns, empty);
}
