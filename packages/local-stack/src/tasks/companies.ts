import type { StackCompany } from '@stakewatch/contracts';
import { companyOf, environmentOf } from '@stakewatch/contracts';
import { ControlPlane, type ControlPlaneOptions } from '@stakewatch/control';
import type { LogClient } from '@stakewatch/runtime';
import { keepCompany, readCompanies } from '../layout/secrets';

/** One live company per plan, and a sandbox of the first. */
export const DEMO_SCOPES = [
  { id: 'acme', name: 'Acme Betting', plan: 'standard' },
  { id: 'globex', name: 'Globex Gaming', plan: 'premium' },
  { id: 'acme-sandbox', name: 'Acme Betting', plan: 'sandbox' },
] as const satisfies readonly { id: string; name: string; plan: StackCompany['plan'] }[];

const KEY_NAME = 'local stack';
const EVENTS = ['alert.created', 'alert.updated'];

export interface SeedOptions {
  readonly log: LogClient;
  readonly pepper: string;
  /** Where keys and webhook secrets are kept. */
  readonly secretsFile: string;
  /** Base URL of the demo receiver; each scope gets /webhooks/<scope> of it. */
  readonly receiverUrl: string;
}

/**
 * Makes the demo companies, a key and a webhook endpoint for each, and keeps their secrets. Each step finds what an earlier
 * start made and leaves it as it is by now (its name, plan or events may have been changed); a key whose secret was lost (the process died before it was kept) is revoked and replaced.
 */
export async function seedCompanies(options: SeedOptions): Promise<void> {
  const control = new ControlPlane({ log: options.log, rules: NO_RULES });
  for (const scope of DEMO_SCOPES) keepCompany(options.secretsFile, await seed(control, options, scope));
}

/** Seeding touches no rule, so it needs no library of them. */
export const NO_RULES: ControlPlaneOptions['rules'] = {
  builtIns: [],
  describe: () => {
    throw new Error('rules are not seeded');
  },
  check: () => ({ ok: false, errors: [{ path: '', message: 'rules are not seeded' }] }),
  checkSettings: () => [],
};

async function seed(control: ControlPlane, { pepper, secretsFile, receiverUrl }: SeedOptions, scope: (typeof DEMO_SCOPES)[number]): Promise<StackCompany> {
  if (scope.plan !== 'sandbox' && !(await control.companies()).get(scope.id)) await control.createCompany({ id: scope.id, name: scope.name, plan: scope.plan });
  const webhookSecret = await secretOf(control, scope.id, `${receiverUrl}/webhooks/${scope.id}`);
  const apiKey = (await usableKey(control, secretsFile, scope.id)) ?? (await newKey(control, scope.id, pepper));
  const company = (await control.companies()).get(companyOf(scope.id));
  const plan = scope.plan === 'sandbox' ? scope.plan : (company?.plan ?? scope.plan);
  return { ...scope, name: company?.name ?? scope.name, plan, apiKey, webhookSecret };
}

/** Of the demo receiver's endpoint, which is made when there is none. */
async function secretOf(control: ControlPlane, companyId: string, url: string): Promise<string> {
  const made = [...(await control.endpoints()).values()].find((endpoint) => endpoint.companyId === companyId && endpoint.url === url);
  const endpoint = made ?? (await control.createEndpoint({ companyId, url, events: EVENTS })).record;
  const secret = endpoint?.secrets[0];
  if (secret === undefined) throw new Error(`the webhook endpoint of ${companyId} has no secret`);
  return secret;
}

/** The key of an earlier start, when it still is in force. */
async function usableKey(control: ControlPlane, secretsFile: string, scope: string): Promise<string | null> {
  const kept = readCompanies(secretsFile).find(({ id }) => id === scope)?.apiKey;
  if (kept === undefined) return null;
  const record = (await control.apiKeys()).get(kept.split('_')[2] ?? '');
  return record && record.revokedAt === null ? kept : null;
}

async function newKey(control: ControlPlane, scope: string, pepper: string): Promise<string> {
  const companyId = companyOf(scope);
  const environment = environmentOf(scope);
  for (const { id, name, revokedAt, ...record } of [...(await control.apiKeys()).values()]) {
    if (record.companyId === companyId && record.environment === environment && name === KEY_NAME && revokedAt === null) await control.revokeApiKey(id);
  }
  const { key } = await control.createApiKey({ companyId, environment, name: KEY_NAME, pepper });
  return key;
}
