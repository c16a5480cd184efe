import { Command } from 'commander';
import type { WebhookEndpointRecord } from '@stakewatch/contracts';
import { type ChangeResult, type ControlPlane, WEBHOOK_EVENTS } from '@stakewatch/control';
import { companyId, examples, knownCompany, type Run, scopeFrom, type ScopeOptions, withScope } from '../command-kit';

/** A record without its secrets. */
export const endpointView = ({ secrets, ...rest }: WebhookEndpointRecord) => ({ ...rest, rotating: secrets.length > 1 });
const COLUMNS = ['id', 'companyId', 'url', 'events', 'status', 'rotating', 'disabledAt', 'disabledReason'];

export function endpointsCommand(run: Run): Command {
  const command = new Command('endpoints').description('webhook endpoints: where alerts are sent, signed by Standard Webhooks');
  command
    .command('list')
    .option('-c, --company <id>', 'of this company only, its sandbox included', companyId)
    .description('list endpoints')
    .addHelpText('after', examples('endpoints list -c acme'))
    .action((options: { company?: string }, self: Command) =>
      run(async ({ session, output }) => {
        if (options.company !== undefined) await knownCompany(session, options.company);
        const table = await (await session.control()).endpoints();
        const items = [...table.values()].filter(({ companyId: scope }) => options.company === undefined || scope === options.company || scope === `${options.company}-sandbox`).map(endpointView);
        output.list(items, COLUMNS, 'No endpoint: stakewatch endpoints create');
      }, self),
    );
  withScope(command.command('create'))
    .requiredOption('--url <url>', 'https URL that takes POST')
    .option('--events <names...>', 'events to send', [...WEBHOOK_EVENTS])
    .description('create an endpoint and show its signing secret, this once; the same again changes nothing')
    .addHelpText('after', examples('endpoints create -c acme --url https://acme.example/hooks', 'endpoints create -c acme --url https://acme.example/hooks --events alert.created'))
    .action((options: ScopeOptions & { url: string; events: string[] }, self: Command) =>
      run(async ({ session, output }) => {
        const { changed, record, secret } = await (await session.control()).createEndpoint({ companyId: scopeFrom(options), url: options.url, events: options.events });
        const endpoint = endpointView(record as WebhookEndpointRecord);
        if (secret !== null) output.note('Keep the secret now: it is shown this once.');
        output.result({ changed, secret, ...endpoint }, secret === null ? `Endpoint ${endpoint.id} was there already; its secret was shown when it was made.` : `Endpoint ${endpoint.id}\nsecret ${secret}`);
      }, self),
    );
  command
    .command('rotate')
    .argument('<id>', 'endpoint id (we_…)')
    .description('make a new secret; both sign until finish-rotation')
    .addHelpText('after', examples('endpoints rotate we_2fK0aPq9ZsT1xYbc', 'endpoints finish-rotation we_2fK0aPq9ZsT1xYbc'))
    .action((id: string, _options, self: Command) =>
      run(async ({ session, output }) => {
        const { record, secret } = await (await session.control()).rotateSecret(id);
        output.note('Keep the secret now: it is shown this once. Messages carry both signatures until finish-rotation.');
        output.result({ changed: true, secret, ...endpointView(record) }, secret);
      }, self),
    );
  change('finish-rotation', 'drop the older secret', (control, id) => control.finishRotation(id), 'has one secret.');
  change('enable', 'send to it again, also when it was disabled by hand', (control, id) => control.enableEndpoint(id), 'is enabled.');
  command
    .command('disable')
    .argument('<id>', 'endpoint id (we_…)')
    .option('--reason <text>', 'shown to its owner', 'by hand')
    .description('send nothing to it until it is enabled by command; its company cannot enable it by itself')
    .addHelpText('after', examples('endpoints disable we_2fK0aPq9ZsT1xYbc --reason "moves house until Monday"'))
    .action((id: string, options: { reason: string }, self: Command) =>
      run(async ({ session, output }) => tellChange(output, id, await (await session.control()).disableEndpoint(id, options.reason), 'is disabled.'), self),
    );
  change('delete', 'delete an endpoint and its secrets', (control, id) => control.deleteEndpoint(id), 'is deleted.');
  return command;

  function change(name: string, description: string, act: (control: ControlPlane, id: string) => Promise<ChangeResult<WebhookEndpointRecord>>, outcome: string): void {
    command
      .command(name)
      .argument('<id>', 'endpoint id (we_…)')
      .description(description)
      .addHelpText('after', examples(`endpoints ${name} we_2fK0aPq9ZsT1xYbc`))
      .action((id: string, _options, self: Command) => run(async ({ session, output }) => tellChange(output, id, await act(await session.control(), id), outcome), self));
  }
}

function tellChange(output: { result(value: Record<string, unknown>, sentence: string): void }, id: string, { changed, record }: ChangeResult<WebhookEndpointRecord>, outcome: string): void {
  output.result({ changed, ...(record === null ? { id } : endpointView(record)) }, `Endpoint ${id} ${outcome}`);
}
