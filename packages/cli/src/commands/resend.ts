import { Command } from 'commander';
import { TOPICS } from '@stakewatch/contracts';
import { CliError } from '../cli-error';
import { examples, knownCompany, positiveInteger, type Run, scopeFrom, type ScopeOptions, withScope } from '../command-kit';
import { EXIT } from '../exit-codes';
import type { Session } from '../session';

export function resendCommand(run: Run): Command {
  return withScope(new Command('resend'))
    .argument('<alert>', 'alert id (uuid)')
    .option('--revision <n>', 'this revision instead of the newest', positiveInteger)
    .option('--endpoint <id>', 'to this endpoint only, instead of every enabled one')
    .description("send an alert's webhook again; every attempt is in table webhook_attempts")
    .addHelpText('after', examples('resend -c acme 0f0d3f6e-8f0c-5b1d-9a53-0d8f4c6f2b11'))
    .action((alertId: string, options: ScopeOptions & { revision?: number; endpoint?: string }, self: Command) =>
      run(async ({ session, output }) => {
        const scope = scopeFrom(options);
        await knownCompany(session, options.company);
        if (options.endpoint !== undefined) await knownEndpoint(session, scope, options.endpoint);
        const command = await (await session.control()).requestResend({ companyId: scope, alertId, revision: options.revision ?? null, endpointId: options.endpoint ?? null, requestedBy: session.user });
        const whose = session.settings.company(scope) === undefined ? '' : ` -c ${scope}`;
        output.result({ ...command }, `Resend ${command.commandId} is asked for. Its attempts: stakewatch alerts show ${alertId}${whose}; if there is no such alert: stakewatch dead-letters list ${TOPICS.webhookResends.name}`);
      }, self),
    );
}

async function knownEndpoint(session: Session, scope: string, id: string): Promise<void> {
  const endpoint = (await (await session.control()).endpoints()).get(id);
  if (endpoint?.companyId !== scope) throw new CliError('not_found', `${scope} has no webhook endpoint ${id}.`, EXIT.refused, '`stakewatch endpoints list` shows what there is.');
}
