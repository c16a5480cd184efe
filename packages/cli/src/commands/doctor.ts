import { Command } from 'commander';
import { examples, type Run } from '../command-kit';
import { examine } from '../doctor';
import { EXIT } from '../exit-codes';

export function doctorCommand(run: Run): Command {
  return new Command('doctor')
    .description('check everything that Stakewatch needs, and say what to do')
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action((_options, self: Command) =>
      run(async ({ session, output }) => {
        const checks = await examine(session);
        const items = checks.map((check) => ({ ...check, state: check.ok ? 'ok' : 'FAIL' }));
        output.list(items, ['state', 'name', 'detail', 'todo'], '');
        return checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.partial;
      }, self),
    );
}
