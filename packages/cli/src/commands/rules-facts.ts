import { Command, Option } from 'commander';
import { RULE_SERVICES, type RuleService } from '@stakewatch/control';
import { examples, type Run } from '../command-kit';

export function rulesFactsCommand(run: Run): Command {
  return new Command('facts')
    .addOption(new Option('--service <service>', 'only what rules of this service can ask for').choices([...RULE_SERVICES]))
    .description('what rules can ask for: facts, values, functions; needs no stack')
    .addHelpText('after', examples('rules facts --service transaction', 'rules facts --json'))
    .action((options: { service?: RuleService }, self: Command) =>
      run(async ({ output }) => {
        const { RULE_VOCABULARIES } = await import('@stakewatch/rule-library');
        const services = RULE_SERVICES.filter((service) => (options.service ?? service) === service).map((service) => RULE_VOCABULARIES[service]);
        if (output.json) return output.result({ services }, '');
        const facts = services.flatMap(({ service, facts: all }) => all.map(({ name, unit, parameters, description }) => ({ service, name, kind: 'fact', unit, parameters: parameters.map(({ name: parameter, required }) => (required ? parameter : `[${parameter}]`)), description })));
        const values = services.flatMap(({ service, variables }) => variables.map(({ name, type, description }) => ({ service, name, kind: 'value', unit: type, parameters: [], description })));
        output.list([...facts, ...values], ['service', 'name', 'kind', 'unit', 'parameters', 'description'], '');
      }, self),
    );
}
