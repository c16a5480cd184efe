import { createHash, randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { CliError } from '../cli-error';
import { companyId, type Context, examples, knownCompany, type Run } from '../command-kit';
import { EXIT, type ExitCode } from '../exit-codes';

interface AnalystFlags {
  readonly company: string;
  readonly sql?: boolean;
}

/** The client is loaded by these commands alone. */
const loadClickHouse = () => import('@stakewatch/clickhouse');

export function analystsCommand(run: Run): Command {
  const command = new Command('analysts').description("a company's read-only user in ClickHouse: sees the company's own rows only");
  const withOptions = (name: string, description: string) =>
    command
      .command(name)
      .requiredOption('-c, --company <id>', 'company id', companyId)
      .option('--sql', 'print the SQL for an administrator instead of running it')
      .description(description);
  withOptions('create', 'make the user analyst_<company>, or give it a new password, shown this once')
    .addHelpText('after', examples('analysts create -c acme', 'analysts create -c acme --sql > analyst.sql'))
    .action((flags: AnalystFlags, self: Command) => run((context) => create(context, flags), self));
  withOptions('delete', 'take the user and its row policies away')
    .addHelpText('after', examples('analysts delete -c acme'))
    .action((flags: AnalystFlags, self: Command) => run((context) => remove(context, flags), self));
  return command;
}

async function create(context: Context, { company, sql }: AnalystFlags): Promise<ExitCode> {
  const { analystUser, analystUserSql } = await loadClickHouse();
  await mustExist(context, company, sql === true);
  const password = randomBytes(24).toString('base64url');
  const { database } = context.session.settings.need('clickhouse');
  const statements = analystUserSql(database, { companyId: company, passwordSha256: createHash('sha256').update(password).digest('hex') });
  const made = { user: analystUser(company), password, database };
  if (sql === true) context.output.result({ ...made, statements }, asScript(statements));
  // Dies in between: each statement may be repeated, so giving the command again completes it with another password.
  else await carryOut(context, statements);
  context.output.note(`Password of ${made.user}, shown this once and stored only as a hash: ${password}`);
  if (sql !== true) context.output.result(made, `${made.user} may read ${company} and its sandbox in ${database}.`);
  return EXIT.ok;
}

/** A user of a company that there is not would see nothing for ever. Statements for an administrator can be made where the control plane is out of reach. */
async function mustExist({ session, output }: Context, company: string, onlySql: boolean): Promise<void> {
  if (!onlySql || session.settings.has('kafka')) return knownCompany(session, company);
  output.warning(`no Kafka is configured, so nobody looked whether there is a company ${company}.`);
}

async function remove(context: Context, { company, sql }: AnalystFlags): Promise<ExitCode> {
  const { analystUser, dropAnalystSql } = await loadClickHouse();
  const statements = dropAnalystSql(context.session.settings.need('clickhouse').database, company);
  if (sql === true) {
    context.output.result({ statements }, asScript(statements));
    return EXIT.ok;
  }
  await carryOut(context, statements);
  context.output.result({ user: analystUser(company), deleted: true }, `${analystUser(company)} is gone.`);
  return EXIT.ok;
}

const asScript = (statements: readonly string[]): string => `${statements.join(';\n')};`;

async function carryOut({ session }: Context, statements: readonly string[]): Promise<void> {
  const { createClickHouse, exceptionCode } = await loadClickHouse();
  const client = createClickHouse(session.settings.need('clickhouse'));
  try {
    for (const query of statements) await client.command({ query });
  } catch (error) {
    if (exceptionCode(error) === null) throw new CliError('unavailable', `ClickHouse does not answer: ${(error as Error).message}`, EXIT.unavailable, '`stakewatch doctor` checks every part.');
    throw new CliError('refused', `ClickHouse refused: ${(error as Error).message}`, EXIT.refused, "It takes a clickhouse-server with access management and a user who may use it; the local stack's engine has no users of its own. --sql prints the statements for an administrator.");
  } finally {
    await client.close();
  }
}
