import { Command } from 'commander';
import { type LookupRecord, PAYMENT_OPERATORS } from '@stakewatch/contracts';
import { examples, type Run } from '../command-kit';

export function lookupsCommand(run: Run): Command {
  const command = new Command('lookups').description('payment operators beyond those of the document');
  command
    .command('list')
    .description('list every operator, in the order of ids')
    .addHelpText('after', examples('lookups list'))
    .action((_options, self: Command) =>
      run(async ({ session, output }) => {
        const table = await (await session.control()).lookups();
        const added = [...table.values()].map(({ kind: _kind, ...operator }) => ({ ...operator, origin: 'added' }));
        const items = [...PAYMENT_OPERATORS.map((operator) => ({ ...operator, origin: 'document' })), ...added].sort((a, b) => a.id - b.id);
        output.list(items, ['id', 'code', 'name', 'country', 'origin'], '');
      }, self),
    );
  command
    .command('add')
    .argument('<code>', 'upper-case code, e.g. MPESA_KE')
    .requiredOption('--name <name>', 'name that people read')
    .option('--country <alpha3>', 'ISO 3166-1 alpha-3; absent: no country')
    .description('add an operator; the same again changes nothing')
    .addHelpText('after', examples('lookups add MPESA_KE --name "M-Pesa Kenya" --country KEN'))
    .action((code: string, options: { name: string; country?: string }, self: Command) =>
      run(async ({ session, output }) => {
        const { changed, record } = await (await session.control()).addOperator({ code, name: options.name, country: options.country ?? null });
        const { kind: _kind, ...operator } = record as LookupRecord;
        output.result({ changed, ...operator }, changed ? `Operator ${code} has id ${operator.id}.` : `Operator ${code} was there already (id ${operator.id}).`);
      }, self),
    );
  return command;
}
