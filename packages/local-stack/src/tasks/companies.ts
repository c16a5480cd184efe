import type { StackCompany } from '@stakewatch/contracts';
import { companyOf, environmentOf } from '@stakewatch/contracts';
import { ControlPlane, type ControlPlaneOptions } from '@stakewatch/control';
import type { createLogger } from '@stakewatch/runtime';
import type { Layout } from '../layout/home';
import { loadOrCreateSecrets, saveSecrets, type Secrets } from '../layout/secrets';
import type { TaskStep } from '../parts/part';
import { openLocalLog } from './local-log';

/** One live company per plan, and a sandbox of the first. */
export const DEMO_SCOPES = [
  { id: 'acme', name: 'Acme Betting', plan: 'standard' },
  { id: 'globex', name: 'Globex Gaming', plan: 'premium' },
  { id: 'acme-sandbox', name: 'Acme Betting', plan: 'sandbox' },
] as const satisfies readonly { id: string; name: string; plan: StackCompany['plan'] }[];

const KEY_NAME = 'local stack';
const EVENTS = ['alert.created', 'alert.updated'];

/**
 * Makes the demo companies, a key and a webhook endpoint for each, and keeps their secrets in secrets.json. Each step finds
 * what an earlier start made; a key whose secret was lost (the process died before it was kept) is revoked and replaced.
 */
export function companiesTask(layout: Layout, secrets: Secrets, logger: ReturnType<typeof createLogger>): TaskStep {
  return {
    name: 'companies',
    kind: 'task',
    needs: ['topics'],
    run: async () => {
      const log = openLocalLog('local-stack', `127.0.0.1:${layout.ports.kafka}`, logger);
      try {
        const control = new ControlPlane({ log, rules: NO_RULES });
        for (const scope of DEMO_SCOPES) {
          const seeded = await seed(control, layout, secrets.pepper, scope);
          const known = loadOrCreateSecrets(layout.secretsFile);
          saveSecrets(layout.secretsFile, { ...known, companies: [...known.companies.filter(({ id }) => id !== scope.id), seeded] });
        }
      } finally {
        await log.close();
      }
    },
  };
}

/** Seeding touches no rule, so it needs no library of them. */
const NO_RULES: ControlPlaneOptions['rules'] = {
  builtIns: [],
  check: () => ({ ok: false, errors: [{ path: '', message: 'rules are not seeded' }] }),
  checkSettings: () => [],
};

async function seed(control: ControlPlane, layout: Layout, pepper: string, scope: (typeof DEMO_SCOPES)[number]): Promise<StackCompany> {
  if (scope.plan !== 'sandbox') await control.createCompany({ id: scope.id, name: scope.name, plan: scope.plan });
  const url = `http://127.0.0.1:${layout.ports.webhookReceiver}/webhooks/${scope.id}`;
  const endpoint = await control.createEndpoint({ companyId: scope.id, url, events: EVENTS });
  const webhookSecret = endpoint.record?.secrets[0];
  if (webhookSecret === undefined) throw new Error(`the webhook endpoint of ${scope.id} has no secret`);
  const apiKey = (await usableKey(control, layout, scope.id)) ?? (await newKey(control, scope.id, pepper));
  return { ...scope, apiKey, webhookSecret };
}

/** The key of an earlier start, when it still is in force. */
async function usableKey(control: ControlPlane, layout: Layout, scope: string): Promise<string | null> {
  const kept = loadOrCreateSecrets(layout.secretsFile).companies.find(({ id }) => id === scope)?.apiKey;
  const record = kept && (await control.apiKeys()).get(kept.split('_')[2] ?? '');
  return record && record.revokedAt === null ? (kept ?? null) : null;
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
