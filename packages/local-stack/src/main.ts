#!/usr/bin/env node
import { Command } from 'commander';
import { readStatus, statusTable } from './commands/status';
import { fullDisk } from './layout/disk-room';
import { layoutFrom } from './layout/home';

/** Each command loads what it needs: a status is asked for more often than a stack is started. */
const program = new Command('local-stack')
  .description('The whole system on this machine. State: STAKEWATCH_HOME (default .stakewatch); ports: STAKEWATCH_PORT_BASE (default 7800).')
  .showHelpAfterError();

const ONLY = ['--only <parts>', 'run these parts only, separated by commas'] as const;

program
  .command('start')
  .description('start in the foreground, play the sample day the first time, stop on Ctrl-C')
  .option(...ONLY)
  .option('--no-sample-day', 'do not play the sample day')
  .action(async ({ only, sampleDay }: { only?: string; sampleDay: boolean }) => (await import('./commands/start.js')).start(layoutFrom(process.env), { only, sampleDay }));

program
  .command('up')
  .description('start in the background')
  .option(...ONLY)
  .option('--no-sample-day', 'do not play the sample day')
  .action(async (options: { only?: string; sampleDay: boolean }) => {
    const layout = layoutFrom(process.env);
    const [{ up }, { afterStart }] = await Promise.all([import('./commands/up.js'), import('./commands/after-start.js')]);
    process.once('SIGINT', () => {
      console.error('\ninterrupted; what was started goes on in the background: "npm run status" shows it, "npm run down" ends it, "npm run up" takes it from here');
      process.exit(130);
    });
    if ((await up(layout, options.only)) === 'was running') console.log('already up');
    await afterStart(layout, options).catch((error: Error) => {
      throw new Error(`${error.message}\nThe stack itself was up: "npm run status" shows how it is now, "npm run up" goes on from here; its logs are in ${layout.logs}`, { cause: error });
    });
  });

program
  .command('down')
  .description('stop, in the foreground or background')
  .action(async () => console.log(await (await import('./commands/down.js')).down(layoutFrom(process.env))));

program
  .command('status')
  .description('what runs; exits with 1 when nothing does, or not all is ready')
  .option('--json', 'as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const status = await readStatus(layoutFrom(process.env));
    console.log(json ? JSON.stringify(status, null, 2) : statusTable(status));
    if (!json) tellFullDisk();
    if (!status.running || status.processes.some(({ state }) => state !== 'ready')) process.exitCode = 1;
  });

program
  .command('daemon', { hidden: true })
  .option(...ONLY)
  .action(async ({ only }: { only?: string }) => (await import('./commands/daemon.js')).runDaemon(layoutFrom(process.env), only));

program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  // Where the settings are at fault there is no folder to look at.
  if (!(error instanceof RangeError)) tellFullDisk();
  process.exitCode = 1;
});

function tellFullDisk(): void {
  const full = fullDisk(layoutFrom(process.env).home);
  if (full !== null) console.error(full);
}
