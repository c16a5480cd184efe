import { Command } from 'commander';
import type { ApiKeyRecord } from '@stakewatch/contracts';
import { parseApiKey } from '@stakewatch/control';
import { companyId, environmentOf, examples, knownCompany, type Run, type ScopeOptions, withScope } from '../command-kit';

/** A record without its hash. */
const view = ({ hash: _hash, ...rest }: ApiKeyRecord) => ({ ...rest, status: rest.revokedAt === null ? 'active' : 'revoked' });

export function keysCommand(run: Run): Command {
  const command = new Command('keys').description('API keys: sw_live_… and sw_test_… (sandbox)');
  command
    .command('list')
    .option('-c, --company <id>', 'of this company only', companyId)
    .option('--all', 'revoked ones too')
    .description('list keys; secrets are never known again')
    .addHelpText('after', examples('keys list -c acme', 'keys list --all'))
    .action((options: { company?: string; all?: boolean }, self: Command) =>
      run(async ({ session, output }) => {
        if (options.company !== undefined) await knownCompany(session, options.company);
        const table = await (await session.control()).apiKeys();
        const items = [...table.values()]
          .filter((record) => (options.company === undefined || record.companyId === options.company) && (options.all === true || record.revokedAt === null))
          .map(view)
          .sort((a, b) => (a.companyId + a.createdAt < b.companyId + b.createdAt ? -1 : 1));
        output.list(items, ['id', 'companyId', 'environment', 'name', 'status', 'createdAt'], 'No key: stakewatch keys create');
      }, self),
    );
  withScope(command.command('create'))
    .requiredOption('--name <name>', 'what the key is for')
    .description('create a key and show it, this once')
    .addHelpText('after', examples('keys create -c acme --name "cashier backend"', 'keys create -c acme --sandbox --name integration --json'))
    .action((options: ScopeOptions & { name: string }, self: Command) =>
      run(async ({ session, output }) => {
        const pepper = session.settings.need('pepper');
        const { key, record } = await (await session.control()).createApiKey({ companyId: options.company, environment: environmentOf(options), name: options.name, pepper });
        output.note('Keep it now: it is shown this once and stored only as a hash.');
        output.result({ key, ...view(record) }, key);
      }, self),
    );
  command
    .command('revoke')
    .argument('<id>', 'the 12 letters after sw_live_ or sw_test_, or the whole key')
    .description('revoke a key; refused everywhere within a second')
    .addHelpText('after', examples('keys revoke 7hGq2LwPz0aB'))
    .action((id: string, _options, self: Command) =>
      run(async ({ session, output }) => {
        const keyId = parseApiKey(id)?.id ?? id;
        const { changed, record } = await (await session.control()).revokeApiKey(keyId);
        output.result({ changed, ...view(record as ApiKeyRecord) }, changed ? `Key ${keyId} is revoked.` : `Key ${keyId} was revoked before.`);
      }, self),
    );
  return command;
}
