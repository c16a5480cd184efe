import { Argument, Command, Option } from 'commander';
import type { RuleModeName, RuleRecord } from '@stakewatch/contracts';
import { ControlRefused, type ListedRule, RULE_SERVICES, type RuleService } from '@stakewatch/control';
import { CliError } from '../cli-error';
import { type Context, examples, nonNegativeInteger, type Run, scopeFrom, type ScopeOptions, withScope } from '../command-kit';
import { EXIT } from '../exit-codes';
import { findRule } from '../find-rule';
import type { Output } from '../output';
import { readDefinition, settingsOf } from '../rule-input';
import { loadRuleLibrary } from '../rule-library';
import { rulesFactsCommand } from './rules-facts';
import { rulesTryCommand } from './rules-try';

const MODES = ['live', 'dry_run', 'off'] as const;
const versionOption = () => new Option('--if-version <n>', 'refuse when the version is another (0: none yet)').argParser(nonNegativeInteger);
type Versioned = ScopeOptions & { ifVersion?: number };

export function rulesCommand(run: Run): Command {
  const command = new Command('rules').description("rules over betting events, payments and bonus changes: the built-in ones as a company set them, and its own");
  withScope(command.command('list'))
    .addOption(new Option('--service <service>', 'only the rules of this service').choices([...RULE_SERVICES]))
    .addOption(new Option('--mode <mode>', 'only rules in this mode').choices([...MODES]))
    .description('list the rules that run for a company')
    .addHelpText('after', examples('rules list -c acme --service bonus'))
    .action((options: ScopeOptions & { service?: RuleService; mode?: RuleModeName }, self: Command) =>
      run(async ({ session, output }) => {
        const rules = await (await session.ruleControl()).listRules(scopeFrom(options));
        const shown = rules.filter(({ service, mode }) => (options.service ?? service) === service && (options.mode ?? mode) === mode);
        for (const rule of shown) warnOfIgnored(output, rule);
        output.list(shown.map(({ definition: _definition, ...rest }) => rest), ['ruleId', 'service', 'origin', 'mode', 'version', 'severity', 'title'], 'No such rules.');
      }, self),
    );
  withScope(command.command('show'))
    .argument('<rule>', 'rule id')
    .description('show one rule: its definition, its settings, and what each of them may be')
    .addHelpText('after', examples('rules show -c acme deposit-burst'))
    .action((ruleId: string, options: ScopeOptions, self: Command) =>
      run(async ({ session, output }) => {
        const rule = await findRule(await session.ruleControl(), scopeFrom(options), ruleId);
        warnOfIgnored(output, rule);
        output.result({ ...rule }, JSON.stringify(rule, null, 2));
      }, self),
    );
  command
    .command('check')
    .argument('<file>', 'rule as JSON; - reads standard input')
    .description('type-check a rule and run its examples; writes nothing, needs no stack')
    .addHelpText('after', examples('rules check night-deposits.json'))
    .action((file: string, _options, self: Command) =>
      run(async (context) => {
        const definition = await readDefinition(context, file);
        const check = (await loadRuleLibrary()).check(definition);
        if (!check.ok) throw new CliError('invalid', `${file} is not a valid rule.`, EXIT.refused, null, check.errors);
        context.output.result({ valid: true, ruleId: check.rule.id, examples: check.examples }, `${check.rule.id} is valid; its ${check.examples} examples hold.`);
      }, self),
    );
  withScope(command.command('put'))
    .argument('<file>', 'rule as JSON; - reads standard input')
    .addOption(new Option('--mode <mode>', 'mode; a new rule starts in dry_run, else the mode stays').choices([...MODES]))
    .addOption(versionOption())
    .description("check a rule and make it the company's next version; in force within a second")
    .addHelpText('after', examples('rules put -c acme night-deposits.json', 'rules put -c acme night-deposits.json --mode live --if-version 3'))
    .action((file: string, options: Versioned & { mode?: RuleModeName }, self: Command) =>
      run(async (context) => {
        const { session, output } = context;
        const definition = await readDefinition(context, file);
        const { changed, record } = await (await session.ruleControl()).putRule(scopeFrom(options), definition, options.mode, author(context, options));
        const rule = record as RuleRecord;
        output.result({ changed, ...rule }, `Rule ${rule.ruleId} has version ${rule.version}, mode ${rule.mode}${changed ? '' : ' (as before)'}.`);
      }, self),
    );
  withScope(command.command('mode'))
    .argument('<rule>', 'rule id')
    .addArgument(new Argument('<mode>', 'live, dry_run or off').choices([...MODES]))
    .addOption(versionOption())
    .description("set a rule's mode; dry_run alerts are kept and never sent")
    .addHelpText('after', examples('rules mode -c acme deposit-burst dry_run'))
    .action((ruleId: string, mode: RuleModeName, options: Versioned, self: Command) =>
      run(async (context) => {
        const control = await context.session.ruleControl();
        warnOfIgnored(context.output, await findRule(control, scopeFrom(options), ruleId));
        const { changed, record } = await control.setRuleMode(scopeFrom(options), ruleId, mode, author(context, options));
        context.output.result({ changed, ...(record as RuleRecord) }, `Rule ${ruleId} is ${mode}${changed ? '' : ' (as before)'}.`);
      }, self),
    );
  withScope(command.command('set'))
    .argument('<rule>', 'id of a built-in rule')
    .argument('<settings...>', 'name=value; name= gives the default back')
    .addOption(versionOption())
    .description("set a built-in rule's settings for a company")
    .addHelpText('after', examples('rules set -c acme deposit-burst limit=8', `rules set -c acme transaction-velocity-count 'limit={"individual": 5}'`, 'rules set -c acme bonus-threshold threshold=80'))
    .action((ruleId: string, pairs: string[], options: Versioned, self: Command) =>
      run(async (context) => {
        const control = await context.session.ruleControl();
        await findRule(control, scopeFrom(options), ruleId);
        const { changed, record } = await control.setRuleSettings(scopeFrom(options), ruleId, settingsOf(pairs), author(context, options)).catch((error: unknown) => refusedSettings(error, ruleId, options));
        const rule = record as RuleRecord;
        context.output.result({ changed, ...rule }, `Rule ${ruleId}: ${JSON.stringify(rule.settings)}${changed ? '' : ' (as before)'}.`);
      }, self),
    );
  withScope(command.command('delete'))
    .argument('<rule>', 'rule id')
    .addOption(versionOption())
    .description('delete an own rule; for a built-in one, forget what the company set')
    .addHelpText('after', examples('rules delete -c acme night-deposits'))
    .action((ruleId: string, options: Versioned, self: Command) =>
      run(async (context) => {
        const control = await context.session.ruleControl();
        const { origin } = await findRule(control, scopeFrom(options), ruleId);
        await control.deleteRule(scopeFrom(options), ruleId, author(context, options));
        context.output.result({ changed: true, ruleId }, origin === 'own' ? `Rule ${ruleId} is deleted.` : `Rule ${ruleId} runs with its defaults again.`);
      }, self),
    );
  command.addCommand(rulesFactsCommand(run));
  command.addCommand(rulesTryCommand(run));
  return command;
}

/** What the company set in the time of an older version, and what does not fit any more, is not in force. */
function warnOfIgnored(output: Output, { ruleId, ignored }: ListedRule): void {
  for (const { path, message } of ignored) output.warning(`rule ${ruleId}: ${path} ${message}. It is not in force; set it anew, or give it back: rules set … ${ruleId} ${path.split('.')[1] ?? ''}=`);
}

function refusedSettings(error: unknown, ruleId: string, { company, sandbox }: ScopeOptions): never {
  if (!(error instanceof ControlRefused) || error.refusal.fields === undefined) throw error;
  const show = `stakewatch rules show -c ${company}${sandbox === true ? ' --sandbox' : ''} ${ruleId}`;
  throw new CliError(error.refusal.code, error.message, EXIT.refused, `\`${show}\` shows what each setting may be; name= gives the default back.`, error.refusal.errors, error.refusal.fields);
}

const author = ({ session }: Context, { ifVersion }: { ifVersion?: number }) => ({ by: session.user, ...(ifVersion === undefined ? {} : { expectedVersion: ifVersion }) });
