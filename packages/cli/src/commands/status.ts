import { Command } from 'commander';
import { examples, type Run } from '../command-kit';
import { callGateway, refusedBy } from '../gateway';

export function statusCommand(run: Run): Command {
  return new Command('status')
    .argument('<uuid>', "the event's uuid, as the gateway answered it")
    .option('-c, --company <id>', "use the local stack's key of this company scope (acme, acme-sandbox)")
    .description('ask the gateway for the processing status of an event')
    .addHelpText('after', examples('status 550e8400-e29b-81d4-a716-446655440000 -c acme'))
    .action((uuid: string, options: { company?: string }, self: Command) =>
      run(async ({ session, output }) => {
        const url = `${session.settings.need('gateway')}/api/v1/events/${encodeURIComponent(uuid)}/status`;
        const { status, body } = await callGateway(url, { headers: { 'x-api-key': session.apiKey(options.company) } });
        if (status !== 200) throw refusedBy(status, body);
        const found = body as { uuid: string; status: string; processed_at?: string; reason?: string };
        output.result({ ...found }, [found.status, found.processed_at, found.reason].filter((part) => part !== undefined && part !== null).join(' '));
      }, self),
    );
}
