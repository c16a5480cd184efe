#!/usr/bin/env node
import { Command } from 'commander';
import { afterStart } from './commands/after-start';
import { runDaemon } from './commands/daemon';
import { down } from './commands/down';
import { start } from './commands/start';
import { readStatus, statusTable } from './commands/status';
import { up } from './commands/up';
import { layoutFrom } from './layout/home';

const program = new Command('local-stack')
  .description('The whole system on this machine. State: STAKEWATCH_HOME (default .stakewatch); ports: STAKEWATCH_PORT_BASE (default 7800).')
  .showHelpAfterError();

const ONLY = ['--only <parts>', 'run these parts only, separated by commas'] as const;

program
  .command('start')
  .description('start in the foreground, play the sample day the first time, stop on Ctrl-C')
  .option(...ONLY)
  .option('--no-sample-day', 'do not play the sample day')
  .action(({ only, sampleDay }: { only?: string; sampleDay: boolean }) => start(layoutFrom(process.env), { only, sampleDay }));

program
  .command('up')
  .description('start in the background')
  .option(...ONLY)
  .option('--no-sample-day', 'do not play the sample day')
  .action(async (options: { only?: string; sampleDay: boolean }) => {
    const layout = layoutFrom(process.env);
    if ((await up(layout, options.only)) === 'started') await afterStart(layout, options);
    else console.log(`already up; addresses in ${layout.stackFile}`);
  });

program
  .command('down')
  .description('stop, in the foreground or background')
  .action(async () => console.log(await down(layoutFrom(process.env))));

program
  .command('status')
  .description('what runs; exits with 1 when nothing does, or not all is ready')
  .option('--json', 'as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const status = await readStatus(layoutFrom(process.env));
    console.log(json ? JSON.stringify(status, null, 2) : statusTable(status));
    if (!status.running || status.processes.some(({ state }) => state !== 'ready')) process.exitCode = 1;
  });

program
  .command('daemon', { hidden: true })
  .option(...ONLY)
  .action(({ only }: { only?: string }) => runDaemon(layoutFrom(process.env), only));

program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
