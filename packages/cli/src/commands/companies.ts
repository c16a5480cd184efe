import { Command, Option } from 'commander';
import { companyOf, type CompanyRecord, PLANS } from '@stakewatch/contracts';
import { companyId, type Context, examples, positiveInteger, type Run } from '../command-kit';
import { endpointView } from './endpoints';
import { usageError } from '../cli-error';

type Plan = CompanyRecord['plan'];
const planOption = () => new Option('--plan <plan>', `plan: requests per minute ${PLANS.standard.requestsPerMinute} or ${PLANS.premium.requestsPerMinute}`).choices(['standard', 'premium']);
const view = (record: CompanyRecord) => ({ ...record, requestsPerMinute: record.requestsPerMinute ?? PLANS[record.plan].requestsPerMinute });

export function companiesCommand(run: Run): Command {
  const command = new Command('companies').description('companies, their plans and limits');
  command
    .command('list')
    .description('list every company')
    .addHelpText('after', examples('companies list', 'companies list --json'))
    .action((_options, self: Command) =>
      run(async ({ session, output }) => {
        const table = await (await session.control()).companies();
        const items = [...table.values()].map(view).sort((a, b) => (a.id < b.id ? -1 : 1));
        output.list(items, ['id', 'name', 'plan', 'requestsPerMinute', 'createdAt'], 'No company yet: stakewatch companies create');
      }, self),
    );
  command
    .command('show')
    .argument('<id>', 'company id', companyId)
    .description('one company with its keys and endpoints, live and sandbox; warns of endpoints that get nothing')
    .addHelpText('after', examples('companies show acme', 'companies show acme --json'))
    .action((id: string, _options, self: Command) => run((context) => show(context, id), self));
  command
    .command('create')
    .argument('<id>', 'lower-case letters, digits, dashes; part of every row', companyId)
    .requiredOption('--name <name>', 'name that people read')
    .addOption(planOption().default('standard'))
    .option('--requests-per-minute <n>', "a limit of its own instead of the plan's", positiveInteger)
    .description('create a company; the same again changes nothing')
    .addHelpText('after', examples('companies create acme --name "Acme Bets" --plan premium'))
    .action((id: string, options: { name: string; plan: Plan; requestsPerMinute?: number }, self: Command) =>
      run(async ({ session, output }) => {
        const { changed, record } = await (await session.control()).createCompany({ id, ...options });
        output.result({ changed, ...view(record as CompanyRecord) }, changed ? `Company ${id} created.` : `Company ${id} was there already.`);
      }, self),
    );
  command
    .command('rename')
    .argument('<id>', 'company id', companyId)
    .argument('<name>', 'name that people read')
    .description('give a company another name; its id stays')
    .addHelpText('after', examples('companies rename acme "Acme Bets International"'))
    .action((id: string, name: string, _options, self: Command) =>
      run(async ({ session, output }) => {
        const { changed, record } = await (await session.control()).renameCompany(id, name);
        output.result({ changed, ...view(record as CompanyRecord) }, changed ? `Company ${id} is named ${name}.` : `Company ${id} is named so already.`);
      }, self),
    );
  command
    .command('set-plan')
    .argument('<id>', 'company id', companyId)
    .addOption(planOption())
    .option('--requests-per-minute <n>', "a limit of its own instead of the plan's", positiveInteger)
    .option('--no-requests-per-minute', "back to the plan's limit")
    .description("change a company's plan or limit; in force within a second")
    .addHelpText('after', examples('companies set-plan acme --plan premium', 'companies set-plan acme --requests-per-minute 20000'))
    .action((id: string, options: { plan?: Plan; requestsPerMinute?: number | boolean }, self: Command) =>
      run(async ({ session, output }) => {
        const { plan, requestsPerMinute: limit } = options;
        if (plan === undefined && (limit === undefined || limit === true)) throw usageError('Say what to change: --plan, --requests-per-minute or --no-requests-per-minute.');
        const change = { ...(plan === undefined ? {} : { plan }), ...(typeof limit === 'number' ? { requestsPerMinute: limit } : limit === false ? { requestsPerMinute: null } : {}) };
        const { changed, record } = await (await session.control()).setPlan(id, change);
        const now = view(record as CompanyRecord);
        output.result({ changed, ...now }, `Company ${id}: plan ${now.plan}, ${now.requestsPerMinute} requests per minute${changed ? '' : ' (as before)'}.`);
      }, self),
    );
  return command;
}

/** What is kept of a company in the control plane; how its endpoints do at this moment is with the API. */
async function show({ session, output }: Context, id: string): Promise<void> {
  const control = await session.control();
  await control.requireCompany(id);
  const [companies, keys, endpoints] = await Promise.all([control.companies(), control.apiKeys(), control.endpoints()]);
  const own = [...endpoints.values()].filter(({ companyId: scope }) => companyOf(scope) === id).map(endpointView);
  const active = [...keys.values()].filter(({ companyId: owner, revokedAt }) => owner === id && revokedAt === null);
  const company = { ...view(companies.get(id) as CompanyRecord), activeKeys: active.length, endpoints: own };
  for (const { id: endpoint, companyId: scope, status, disabledAt, disabledReason, disabledBy, updatedAt } of own) {
    if (status === 'disabled') output.warning(`endpoint ${endpoint} of ${scope} gets nothing since ${disabledAt ?? updatedAt}${disabledBy === 'hand' ? ', by hand' : ''}: ${disabledReason ?? 'no reason is kept'}. \`stakewatch endpoints enable ${endpoint}\` sends what waits.`);
  }
  if (own.every(({ companyId: scope }) => scope !== id)) output.warning(`${id} has no endpoint: nobody is told of its alerts. \`stakewatch endpoints create -c ${id} --url …\` makes one.`);
  if (output.json) return output.result(company, '');
  output.list([company], ['id', 'name', 'plan', 'requestsPerMinute', 'activeKeys', 'createdAt'], '');
  output.list(own, ['id', 'companyId', 'url', 'events', 'status', 'disabledAt', 'disabledReason'], 'No endpoint.');
}
