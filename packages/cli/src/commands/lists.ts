import { readFileSync } from 'node:fs';
import { text as readText } from 'node:stream/consumers';
import { Argument, Command, Option } from 'commander';
import { LIST_KINDS, LIST_NAMES, type ListEntryRecord, type ListKind, type ListName } from '@stakewatch/contracts';
import { InvalidCsv, readListCsv } from '@stakewatch/lists';
import { CliError, usageError } from '../cli-error';
import { type Context, examples, pageSize, type Run, scopeFrom, type ScopeOptions, withScope } from '../command-kit';
import { EXIT } from '../exit-codes';

const MAX_PAGE = 1000;
const list = () => new Argument('<list>', 'black or white').choices([...LIST_NAMES]);
const kind = () => new Argument('<kind>', 'account (bank:number, * for any bank), bank, email (or @domain), name, ip (address or CIDR)').choices([...LIST_KINDS]);

interface PutOptions extends ScopeOptions {
  readonly reason?: string;
  readonly expires?: string;
  readonly distance?: number;
}

export function listsCommand(run: Run): Command {
  const command = new Command('lists').description("a company's black- and whitelists of accounts, banks, e-mail addresses, names and IP ranges");
  withScope(command.command('list'))
    .addOption(new Option('--list <list>', 'only this list').choices([...LIST_NAMES]))
    .addOption(new Option('--kind <kind>', 'only this kind').choices([...LIST_KINDS]))
    .option('--limit <n>', `entries to show, at most ${MAX_PAGE}`, pageSize(MAX_PAGE), 100)
    .option('--after <next>', 'go on after the page before')
    .description('show entries')
    .addHelpText('after', examples('lists list -c acme --list black --kind ip'))
    .action((options: ScopeOptions & { list?: ListName; kind?: ListKind; limit: number; after?: string }, self: Command) =>
      run(async ({ session, output }) => {
        const book = await (await session.control()).lists(scopeFrom(options));
        const { items, next } = book.page(scopeFrom(options), { limit: options.limit, after: options.after ?? null, ...(options.list ? { list: options.list } : {}), ...(options.kind ? { kind: options.kind } : {}) });
        output.page(items.map(shownEntry), next, ['list', 'kind', 'value', 'reason', 'expires_at', 'author'], 'No entries.');
      }, self),
    );
  withScope(command.command('put'))
    .addArgument(list())
    .addArgument(kind())
    .argument('<value>', 'what is listed')
    .option('--reason <text>', 'why; told in the comment of every transaction that meets it')
    .option('--expires <instant>', 'ISO 8601; absent: never')
    .option('--distance <n>', 'names: letters that may differ, 0 to 2 (1 when absent)', Number)
    .description('put an entry, or change the one of that value; in force within a second')
    .addHelpText('after', examples('lists put -c acme black name "Jane Doe" --reason "chargebacks"', 'lists put -c acme white email @partner.example --expires 2027-01-01T00:00:00Z'))
    .action((listName: ListName, kindName: ListKind, value: string, options: PutOptions, self: Command) =>
      run(async ({ session, output }) => {
        const scope = scopeFrom(options);
        const book = await (await session.control()).lists(scope);
        const { changed, record } = await book.put(
          { companyId: scope, list: listName, kind: kindName, value },
          { author: session.user, ...(options.reason === undefined ? {} : { reason: options.reason }), ...(options.expires === undefined ? {} : { expiresAt: options.expires }), ...(options.distance === undefined ? {} : { distance: options.distance }) },
        );
        output.result({ changed, ...shownEntry(record as ListEntryRecord) }, `${value} is on the ${listName}list${changed ? '' : ' (as before)'}.`);
      }, self),
    );
  withScope(command.command('delete'))
    .addArgument(list())
    .addArgument(kind())
    .argument('<value>', 'what is listed, in any spelling')
    .description('delete an entry')
    .addHelpText('after', examples('lists delete -c acme black ip 198.51.100.0/24'))
    .action((listName: ListName, kindName: ListKind, value: string, options: ScopeOptions, self: Command) =>
      run(async ({ session, output }) => {
        const scope = scopeFrom(options);
        await (await (await session.control()).lists(scope)).delete({ companyId: scope, list: listName, kind: kindName, value });
        output.result({ changed: true, list: listName, kind: kindName, value }, `${value} is off the ${listName}list.`);
      }, self),
    );
  withScope(command.command('import'))
    .argument('<file>', 'CSV with a header: list,kind,value[,reason,expires_at,distance,author]; - reads standard input')
    .description('import entries; each row succeeds or fails by itself, and the same file again changes nothing')
    .addHelpText('after', examples('lists import -c acme sanctions.csv'))
    .action((file: string, options: ScopeOptions, self: Command) =>
      run(async (context) => {
        const rows = await readRows(context, file);
        const scope = scopeFrom(options);
        const book = await (await context.session.control()).lists(scope);
        const { imported, unchanged, failed, errors } = await book.import(scope, rows, context.session.user);
        const refused = errors.map(({ line, message }) => `line ${line}: ${message}`).join('\n');
        context.output.result({ imported, unchanged, failed, errors }, `${imported} imported, ${unchanged} as before, ${failed} refused.${refused === '' ? '' : `\n${refused}`}`);
        return failed > 0 ? EXIT.partial : EXIT.ok;
      }, self),
    );
  return command;
}

async function readRows({ stdin }: Context, file: string) {
  let content: string;
  try {
    content = file === '-' ? await readText(stdin) : readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`${file} can't be read: ${(error as Error).message}`);
  }
  try {
    return readListCsv(content);
  } catch (error) {
    if (error instanceof InvalidCsv) throw new CliError('invalid', `${file} ${error.message}.`, EXIT.refused);
    throw error;
  }
}

function shownEntry({ list: listName, kind: kindName, value, distance, reason, author, expiresAt }: ListEntryRecord) {
  return { list: listName, kind: kindName, value, distance, reason, expires_at: expiresAt, author };
}
