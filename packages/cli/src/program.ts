import { Command, CommanderError, Help } from 'commander';
import { ControlRefused, ReadBackTimeout, type Refusal } from '@stakewatch/control';
import { CliError, usageError } from './cli-error';
import { alertsCommand } from './commands/alerts';
import { analystsCommand } from './commands/analysts';
import { companiesCommand } from './commands/companies';
import { deadLettersCommand } from './commands/dead-letters';
import { decisionsCommand } from './commands/decisions';
import { doctorCommand } from './commands/doctor';
import { endpointsCommand } from './commands/endpoints';
import { groupsCommand } from './commands/groups';
import { keysCommand } from './commands/keys';
import { listsCommand } from './commands/lists';
import { lookupsCommand } from './commands/lookups';
import { rebuildCommand } from './commands/rebuild';
import { resendCommand } from './commands/resend';
import { rulesCommand } from './commands/rules';
import { schemasCommand } from './commands/schemas';
import { sendCommand } from './commands/send';
import { statusCommand } from './commands/status';
import { type Action, type Environment, HELP_EXIT_CODES, type Run } from './command-kit';
import { EXIT, type ExitCode } from './exit-codes';
import { Output } from './output';
import { Session } from './session';
import { readSettings } from './settings';
import { nearest } from './suggest';

/** Runs one command line (without node and script) and gives its exit code. Never throws: every error is told on stderr. */
export async function runCli(args: readonly string[], environment: Environment): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const run: Run = async (action, command) => {
    exitCode = await runAction(action, command.optsWithGlobals()['json'] === true, environment);
  };
  const json = args.includes('--json');
  const program = buildProgram(run, environment, json);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    const output = new Output(environment.streams, json);
    if (!(error instanceof CommanderError)) return tell(error, output);
    if (error.exitCode === 0) return EXIT.ok;
    if (json) output.error(usageOf(error));
    return EXIT.usage;
  }
}

/** What commander has to say of the command line, as every other error is told. */
function usageOf({ code, message }: CommanderError): CliError {
  const text = code === 'commander.help' ? 'Say which command.' : message.replace(/^error: /, '').replaceAll('\n', ' ');
  return usageError(text, '--help shows what there is.');
}

const plainHelp = new Help();

/** @param json what is wrong with the command line is told by the caller, not by commander */
function buildProgram(run: Run, { streams }: Environment, json: boolean): Command {
  const program = new Command('stakewatch')
    .description('Stakewatch from the command line: companies, keys, webhooks, rules; files in, alerts out; dead letters, rebuild, doctor.')
    .version('0.1.0')
    .option('--json', 'print JSON: lists as {"items": […]}, streams as one document a line, errors on stderr')
    .addHelpText('after', HELP_EXIT_CODES);
  const factories = [companiesCommand, keysCommand, endpointsCommand, rulesCommand, listsCommand, lookupsCommand, groupsCommand, sendCommand, statusCommand, alertsCommand, decisionsCommand, resendCommand, deadLettersCommand, analystsCommand, rebuildCommand, schemasCommand, doctorCommand];
  for (const make of factories) program.addCommand(make(run));
  // Told to every command: commander copies these only to commands made by .command().
  const prepare = (command: Command): void => {
    command.exitOverride().showHelpAfterError('(--help shows what there is)');
    command.configureOutput({ writeOut: (text) => void streams.stdout.write(text), writeErr: (text) => void (json || streams.stderr.write(text)) });
    command.configureHelp({ optionDescription: (option) => `${plainHelp.optionDescription(option)}${option.mandatory ? ' (required)' : ''}` });
    if (command !== program) command.option('--json', 'print JSON');
    command.commands.forEach(prepare);
  };
  prepare(program);
  return program;
}

async function runAction(action: Action, json: boolean, environment: Environment): Promise<ExitCode> {
  const output = new Output(environment.streams, json);
  let session: Session | undefined;
  try {
    session = new Session(readSettings(environment.variables, environment.folder), environment.variables, (text) => output.warning(text));
    return (await Promise.race([action({ ...environment, session, output }), session.failure])) ?? EXIT.ok;
  } catch (error) {
    return tell(error, output);
  } finally {
    await session?.close();
  }
}

function tell(error: unknown, output: Output): ExitCode {
  const known = asCliError(error);
  if (known === null) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    output.error(new CliError('failed', text, EXIT.failed, 'This is a bug in stakewatch.'));
    return EXIT.failed;
  }
  output.error(known);
  return known.exitCode;
}

function asCliError(error: unknown): CliError | null {
  if (error instanceof CliError) return error;
  if (error instanceof ControlRefused) return new CliError(error.refusal.code, error.message, EXIT.refused, whereToLook(error.refusal), error.refusal.errors, error.refusal.fields ?? null);
  if (error instanceof ReadBackTimeout) return new CliError('unconfirmed', error.message, EXIT.unavailable);
  if (isUnavailable(error)) {
    return new CliError('unavailable', (error as Error).message, EXIT.unavailable, '`stakewatch doctor` checks every part.');
  }
  return null;
}

/** The command that shows what there is, of records that have one. */
const LISTS: Readonly<Record<string, string>> = { company: 'companies list', 'API key': 'keys list', 'webhook endpoint': 'endpoints list', group: 'groups list', rule: 'rules list -c <company>' };

function whereToLook({ what, id = '', known = [] }: Refusal): string | null {
  const list = what === undefined ? undefined : LISTS[what];
  if (list === undefined) return null;
  const near = nearest(id, known);
  return `${near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `}\`stakewatch ${list}\` shows what there is.`;
}

/** The runtime's own errors of dependencies that are down, by name (it is not loaded for every command), and kafkajs's. */
const isUnavailable = (error: unknown): boolean => error instanceof Error && /^(?:LogUnavailable|Retriable|KafkaJS\w*)$/.test(error.name);
