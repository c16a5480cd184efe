import { Command } from 'commander';
import { examples, positiveInteger, type Run, scopeFrom, type ScopeOptions, withScope } from '../command-kit';

export function resendCommand(run: Run): Command {
  return withScope(new Command('resend'))
    .argument('<alert>', 'alert id (uuid)')
    .option('--revision <n>', 'this revision instead of the newest', positiveInteger)
    .option('--endpoint <id>', 'to this endpoint only, instead of every enabled one')
    .description("send an alert's webhook again; every attempt is in table webhook_attempts")
    .addHelpText('after', examples('resend -c acme 0f0d3f6e-8f0c-5b1d-9a53-0d8f4c6f2b11'))
    .action((alertId: string, options: ScopeOptions & { revision?: number; endpoint?: string }, self: Command) =>
      run(async ({ session, output }) => {
        const control = await session.control();
        const command = await control.requestResend({ companyId: scopeFrom(options), alertId, revision: options.revision ?? null, endpointId: options.endpoint ?? null, requestedBy: session.user });
        output.result({ ...command }, `Resend ${command.commandId} is asked for.`);
      }, self),
    );
}
