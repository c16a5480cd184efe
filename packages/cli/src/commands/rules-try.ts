import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { usageError } from '../cli-error';
import { examples, type Run } from '../command-kit';
import { callGateway, refusedBy } from '../gateway';
import { readDefinition, readItems, settingOf } from '../rule-input';

interface Tried {
  readonly tried: number;
  readonly fired: number;
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

/** Through the gateway, so that what it is tried on passes the validators of the live routes. */
export function rulesTryCommand(run: Run): Command {
  return new Command('try')
    .argument('<rule>', 'rule as JSON (- reads standard input), or the id of a rule')
    .argument('<file>', 'events, transactions or bonus changes: JSON or one JSON object a line')
    .option('-c, --company <id>', "use the local stack's key of this company scope (acme, acme-sandbox)")
    .option('--set <name=value...>', "settings over the rule's own")
    .description('run a rule on what a file holds, by the evaluator that runs live; writes nothing')
    .addHelpText('after', examples('rules try night-deposits.json events.ndjson -c acme', 'rules try deposit-burst events.ndjson -c acme --set limit=2'))
    .action((rule: string, file: string, options: { company?: string; set?: string[] }, self: Command) =>
      run(async (context) => {
        const { session, output } = context;
        if (rule === '-' && file === '-') throw usageError('Only one of rule and file can be standard input.');
        const isId = rule !== '-' && !existsSync(rule) && /^[a-z][a-z0-9-]{1,63}$/.test(rule);
        const body = { ...(isId ? { rule_id: rule } : { definition: await readDefinition(context, rule) }), settings: Object.fromEntries((options.set ?? []).map(settingOf)), ...(await readItems(context, file)) };
        const url = `${session.settings.need('gateway')}/api/v1/rules/try`;
        const { status, body: answer } = await callGateway(url, { method: 'POST', headers: { 'x-api-key': session.apiKey(options.company), 'content-type': 'application/json' }, body: JSON.stringify(body) });
        if (status !== 200) throw refusedBy(status, answer);
        const { tried, fired, results } = answer as Tried;
        if (output.json) return output.result({ ...(answer as object) }, '');
        output.list(results.map((result) => ({ ...result, facts: factsOf(result) })), ['index', 'id', 'status', 'fired', 'facts'], 'Nothing to try it on.');
        output.note(`It fires on ${fired} of ${tried}.`);
      }, self),
    );
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
