import { Command, Option } from 'commander';
import { callApi, type KeyOptions, type PageOptions, showPage, withKey, withPage } from '../api-call';
import { type Context, examples, type Run } from '../command-kit';
import { printable } from '../output';
import { type FileFlags, type FileImport, importFile, withFileOptions } from '../send/import-file';
import { csvLabel, LABELS as LABEL_ROWS, saidBy } from '../send/labels';

const LABELS = ['fraud', 'genuine', 'unsure'];
const ID = 'uuid of a decision or an alert, id of a bonus change, transaction:<transaction_id> or bonus:<txnId>';

interface ListOptions extends PageOptions {
  readonly service?: string;
  readonly outcome?: string;
  readonly label?: string;
}

/** What somebody said of a decision or an alert. */
export interface Said {
  readonly label: string;
  readonly note: string | null;
  readonly by: string;
  readonly labelled_at: string;
}

interface Decision {
  readonly id: string;
  readonly type: string;
  readonly service: string;
  readonly outcome: string;
  readonly score: number | null;
  readonly decided_at: string;
  readonly facts: unknown;
  readonly answer: unknown;
  readonly labels: readonly Said[];
}

export function decisionsCommand(run: Run): Command {
  const command = new Command('decisions').description('decisions and alerts, and what they turned out to be');
  withPage(command.command('list'), 'decisions')
    .addOption(new Option('--service <service>', 'who decided').choices(['transaction-monitor', 'bonus-scorer', 'velocity-detector']))
    .option('--outcome <outcome>', 'activity code, GREEN or RED')
    .addOption(new Option('--label <label>', 'the label that stands').choices([...LABELS, 'none']))
    .description('show decisions, newest first')
    .addHelpText('after', examples('decisions list -c acme --service transaction-monitor --outcome 450 --label none'))
    .action((options: ListOptions, self: Command) => run((context) => showPage(context, '/decisions', options, ['id', 'type', 'outcome', 'score', 'label', 'decided_at'], 'No decisions.'), self));
  withKey(command.command('show'))
    .argument('<id>', ID)
    .description('show a decision or an alert with its facts and labels')
    .addHelpText('after', examples('decisions show transaction:18772 -c acme'))
    .action((id: string, options: KeyOptions, self: Command) => run((context) => show(context, id, options), self));
  withKey(command.command('label'))
    .argument('<id>', ID)
    .addOption(new Option('--as <label>', 'what it turned out to be').choices(LABELS).makeOptionMandatory())
    .option('--note <text>', 'why, at most 2000 characters')
    .description('say what a decision or an alert turned out to be; the same again changes nothing')
    .addHelpText('after', examples('decisions label transaction:18772 -c acme --as fraud --note "chargeback received"'))
    .action((id: string, options: KeyOptions & { as: string; note?: string }, self: Command) => run((context) => label(context, id, options), self));
  withFileOptions(command.command('import-labels'), 'labels')
    .description('label what the rows of a file name, in batches; the same again changes nothing')
    .addHelpText(
      'after',
      `
Rows have id, label (fraud, genuine or unsure), and if wanted note and by (you, when nobody is named): columns in CSV, fields in NDJSON. An id is the ${ID}.
What a file says last of a decision stands. Faults are told by line; all failed rows are in the report.
${examples('decisions import-labels reviewed.csv -c acme', 'decisions import-labels - --format csv --json < reviewed.csv')}`,
    )
    .action((file: string, flags: FileFlags, self: Command) => run((context) => importFile(context, file, flags, labelFile(context)), self));
  return command;
}

const labelFile = ({ session }: Context): FileImport => ({
  kind: LABEL_ROWS,
  command: 'decisions import-labels',
  csv: { row: csvLabel, ids: ['id'] },
  rows: (rows) => saidBy(rows, session.user),
  reported: ({ line, id, error, row }) => ({ line, id, error, label: row }),
  counts: ({ accepted, unchanged }) => ({ labelled: accepted - unchanged, unchanged }),
  sentence: ({ accepted, unchanged, read }, seconds) => `${accepted - unchanged} of ${read} labels kept in ${seconds} s, ${unchanged} stood already`,
});

async function show(context: Context, id: string, { company }: KeyOptions): Promise<void> {
  const decision = await callApi<Decision>(context, company, `/decisions/${encodeURIComponent(id)}`);
  const { type, service, outcome, score, decided_at, facts, answer, labels } = decision;
  const head = `${type} ${decision.id}: ${outcome}${score === null ? '' : `, score ${score}`}, by ${service} at ${decided_at}`;
  context.output.result({ ...decision }, [head, `facts ${JSON.stringify(facts)}`, ...(answer === null ? [] : [`answer ${JSON.stringify(answer)}`]), ...labelLines(labels)].join('\n'));
}

/** What was said, oldest first. */
export const labelLines = (labels: readonly Said[]): readonly string[] =>
  labels.length === 0 ? ['not labelled'] : labels.map(({ labelled_at, label, by, note }) => printable(`${labelled_at} ${label} by ${by}${note === null ? '' : `: ${note}`}`));

async function label(context: Context, id: string, { company, as, note }: KeyOptions & { as: string; note?: string }): Promise<void> {
  const body = JSON.stringify({ label: as, by: context.session.user, ...(note === undefined ? {} : { note }) });
  const said = await callApi<Said & { id: string; type: string }>(context, company, `/decisions/${encodeURIComponent(id)}/label`, { method: 'POST', body });
  context.output.result({ ...said }, `${said.type} ${said.id} is labelled ${said.label}, by ${said.by} at ${said.labelled_at}.`);
}
