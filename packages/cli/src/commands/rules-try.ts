import { Command } from 'commander';
import { type HistoryFlags, tryOnHistory } from '../backtest/try-history';
import { usageError } from '../cli-error';
import { type Context, examples, positiveInteger, type Run } from '../command-kit';
import { callGateway, refusedBy } from '../gateway';
import { isRuleId, readDefinition, readItems, settingsOf } from '../rule-input';

interface Tried {
  readonly tried: number;
  readonly fired: number;
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

export function rulesTryCommand(run: Run): Command {
  return new Command('try')
    .argument('<rule>', 'rule as JSON (- reads standard input), or the id of a rule')
    .argument('[file]', 'events, transactions or bonus changes: JSON or one JSON object a line')
    .option('-c, --company <id>', "use the local stack's key of this company scope (acme, acme-sandbox); with --from: whose history")
    .option('--set <name=value...>', "settings over the rule's own")
    .option('--from <instant>', "instead of a file: on the company's kept events from this day or ISO 8601 time on (velocity rules)")
    .option('--to <instant>', 'with --from: until then (now when absent); a day alone is meant whole')
    .option('--player <id...>', 'with --from: only on players, devices, phones or addresses of these players, at most 10')
    .option('--limit <n>', 'with --from: alerts to show', positiveInteger, 20)
    .option('--alerts <file>', 'with --from: where all alerts are written, as NDJSON')
    .description('run a rule on what a file holds, or on kept history, by the evaluator that runs live; writes nothing')
    .addHelpText(
      'after',
      `
With --from it reads ClickHouse and tells what the rule would have raised, by day and by player, beside what was raised under the same rule id.
${examples('rules try night-deposits.json events.ndjson -c acme', 'rules try deposit-burst events.ndjson -c acme --set limit=2', 'rules try night-deposits.json -c acme --from 2026-10-01 --to 2026-10-31', 'rules try deposit-burst -c acme --from 2026-10-01 --set limit=8 --alerts alerts.ndjson')}`,
    )
    .action((rule: string, file: string | undefined, flags: TryFlags, self: Command) => run((context) => (flags.from === undefined ? tryOnFile(context, rule, file, flags) : tryOnHistory(context, rule, file, { ...flags, from: flags.from })), self));
}

type TryFlags = Omit<HistoryFlags, 'from'> & { readonly from?: string };

/** Through the gateway, so that what it is tried on passes the validators of the live routes. */
async function tryOnFile(context: Context, rule: string, file: string | undefined, flags: TryFlags): Promise<void> {
  const { session, output } = context;
  if (file === undefined) throw usageError('Say what it is tried on: a file, or kept history with --from.');
  if (rule === '-' && file === '-') throw usageError('Only one of rule and file can be standard input.');
  const foreign = (['to', 'player', 'alerts'] as const).find((name) => flags[name] !== undefined);
  if (foreign !== undefined) throw usageError(`--${foreign} goes with --from.`);
  const body = { ...(isRuleId(rule) ? { rule_id: rule } : { definition: await readDefinition(context, rule) }), settings: settingsOf(flags.set ?? []), ...(await readItems(context, file)) };
  const url = `${session.settings.need('gateway')}/api/v1/rules/try`;
  const { status, body: answer } = await callGateway(url, { method: 'POST', headers: { 'x-api-key': session.apiKey(flags.company), 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (status !== 200) throw refusedBy(status, answer);
  const { tried, fired, results } = answer as Tried;
  if (output.json) return output.result({ ...(answer as object) }, '');
  output.list(results.map((result) => ({ ...result, facts: factsOf(result) })), ['index', 'id', 'status', 'fired', 'facts'], 'Nothing to try it on.');
  output.note(`It fires on ${fired} of ${tried}.`);
}

interface Fact {
  readonly name: string;
  readonly value: unknown;
}

/** A bonus rule has its facts by bonus. */
function factsOf({ facts, evaluations }: Readonly<Record<string, unknown>>): string {
  const lists = facts === undefined ? ((evaluations ?? []) as readonly { facts: readonly Fact[] }[]).map((each) => each.facts) : [facts as readonly Fact[]];
  return lists.map((list) => list.map(({ name, value }) => `${name}=${String(value)}`).join(' ')).join('; ');
}
