import { join } from 'node:path';
import { ControlPlane } from '@stakewatch/control';
import { MemoryLog } from '@stakewatch/runtime';
import { testFolder } from '@stakewatch/testing';
import { readCompanies } from '../layout/secrets';
import { DEMO_SCOPES, NO_RULES, seedCompanies } from './companies';

const folder = testFolder();
const receiverUrl = 'http://127.0.0.1:7806';

function start() {
  const log = new MemoryLog();
  const secretsFile = join(folder.fresh(), 'secrets.json');
  return { control: new ControlPlane({ log, rules: NO_RULES }), secretsFile, seed: () => seedCompanies({ log, pepper: 'p'.repeat(32), secretsFile, receiverUrl }) };
}

test('the next start finds what the first one made', async () => {
  const { control, secretsFile, seed } = start();
  await seed();
  const first = readCompanies(secretsFile);
  expect(first.map(({ id, plan }) => [id, plan])).toEqual(DEMO_SCOPES.map(({ id, plan }) => [id, plan]));
  await seed();
  expect(readCompanies(secretsFile)).toEqual(first);
  expect([...(await control.apiKeys()).values()]).toHaveLength(DEMO_SCOPES.length);
});

test('what was changed since is left as it is: no start fails for it', async () => {
  const { control, secretsFile, seed } = start();
  await seed();
  await control.setPlan('acme', { plan: 'premium', requestsPerMinute: 20_000 });
  await control.renameCompany('acme', 'Acme Bets');
  const url = `${receiverUrl}/webhooks/globex`;
  const before = [...(await control.endpoints()).values()].find((endpoint) => endpoint.url === url);
  await control.deleteEndpoint(before?.id ?? '');
  const { secret } = await control.createEndpoint({ companyId: 'globex', url, events: ['alert.created'] });
  await seed();
  expect((await control.companies()).get('acme')).toMatchObject({ plan: 'premium', requestsPerMinute: 20_000 });
  expect(readCompanies(secretsFile)).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'acme', name: 'Acme Bets', plan: 'premium' }), expect.objectContaining({ id: 'acme-sandbox', name: 'Acme Bets', plan: 'sandbox' }), expect.objectContaining({ id: 'globex', webhookSecret: secret })]));
});
