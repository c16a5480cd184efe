import { Command } from 'commander';
import type { CompanyGroupRecord } from '@stakewatch/contracts';
import { CliError } from '../cli-error';
import { companyId, examples, type Run } from '../command-kit';
import { EXIT } from '../exit-codes';

/** Which companies belong to one group of operators: bonus hunting is looked for across them, by hashes alone. */
export function groupsCommand(run: Run): Command {
  const command = new Command('groups').description('groups of operators, across which the bonus scorer looks for the same people');
  command
    .command('list')
    .description('list the groups')
    .addHelpText('after', examples('groups list'))
    .action((_options, self: Command) =>
      run(async ({ session, output }) => {
        const groups = [...(await (await session.control()).groups()).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
        output.list(groups, ['id', 'companies', 'updatedAt'], 'No groups.');
      }, self),
    );
  command
    .command('show')
    .argument('<group>', 'group id')
    .description('show one group')
    .addHelpText('after', examples('groups show north'))
    .action((id: string, _options, self: Command) =>
      run(async ({ session, output }) => {
        const group = (await (await session.control()).groups()).get(id);
        if (!group) throw new CliError('not_found', `There is no group ${id}.`, EXIT.refused, '`stakewatch groups list` shows what there is.');
        output.result({ ...group }, `${id}: ${group.companies.join(', ')}`);
      }, self),
    );
  command
    .command('put')
    .argument('<group>', 'group id')
    .argument('<companies...>', 'ids of two or more companies (their sandboxes form a group of their own)')
    .description('make a group, or give it other members; in force within a second')
    .addHelpText('after', examples('groups put north acme globex'))
    .action((id: string, companies: string[], _options, self: Command) =>
      run(async ({ session, output }) => {
        const { changed, record } = await (await session.control()).putGroup({ id, companies: companies.map(companyId) });
        const group = record as CompanyGroupRecord;
        output.result({ changed, ...group }, `Group ${id} has ${group.companies.join(', ')}${changed ? '' : ' (as before)'}.`);
      }, self),
    );
  command
    .command('delete')
    .argument('<group>', 'group id')
    .description('delete a group; what its companies told each other is forgotten after 30 days')
    .addHelpText('after', examples('groups delete north'))
    .action((id: string, _options, self: Command) =>
      run(async ({ session, output }) => {
        await (await session.control()).deleteGroup(id);
        output.result({ changed: true, id }, `Group ${id} is deleted.`);
      }, self),
    );
  return command;
}
