#!/usr/bin/env node
import { Command } from 'commander';
import { layoutFrom } from '@stakewatch/local-stack';
import { BenchStack } from './bench-stack';
import { OwnStores } from './own-stores';
import { type Figure, markdownOf, met, writeReport } from './report';
import { batches } from './suites/batches';
import { detector } from './suites/detector';
import { history } from './suites/history';
import { latency } from './suites/latency';
import { requests } from './suites/requests';
import { scorer } from './suites/scorer';
import { singles } from './suites/singles';

const SUITES = [batches, singles, detector, scorer, history, latency, requests];

interface Options {
  readonly rounds: string;
  readonly only?: string;
  readonly rates?: string;
  readonly quick: boolean;
  readonly json: boolean;
}

async function main(): Promise<void> {
  const program = new Command('bench')
    .description(`Measures the system on this machine, side by side with its limits.\n\n${SUITES.map(({ name, about }) => `  ${name.padEnd(10)}${about}`).join('\n')}`)
    .option('--rounds <n>', 'rounds of each suite', '3')
    .option('--only <suites>', 'some suites, separated by commas')
    .option('--rates <n,…>', 'some of the requests a second of the requests suite, separated by commas')
    .option('--quick', 'small sizes, to try the bench itself', false)
    .option('--json', 'print the figures as JSON', false)
    .parse();
  const { rounds, only, rates, quick, json } = program.opts<Options>();
  const wanted = only ? only.split(',') : SUITES.map(({ name }) => name);
  const unknown = wanted.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) program.error(`no such suite: ${unknown.join(', ')}; there are ${SUITES.map(({ name }) => name).join(', ')}`);
  if (!/^[1-9]\d?$/.test(rounds)) program.error('--rounds takes a whole number from 1 to 99');

  const own = OwnStores.unlessGiven(process.env);
  const figures: Figure[] = [];
  for (const suite of SUITES.filter(({ name }) => wanted.includes(name))) {
    process.stderr.write(`${suite.name}: ${suite.about}\n`);
    own?.up();
    const stack = new BenchStack();
    try {
      figures.push(...(await suite.run(stack, { rounds: Number(rounds), quick, ...(rates === undefined ? {} : { rates: rates.split(',').map(Number) }), progress: (line) => process.stderr.write(`  ${line}\n`) })));
    } finally {
      await stack.close();
      own?.down();
    }
  }
  process.stdout.write(`${json ? JSON.stringify(figures, null, 2) : markdownOf(figures)}\n`);
  if (quick) return;
  for (const path of writeReport(layoutFrom(process.env).root, figures, new Date())) process.stderr.write(`written: ${path}\n`);
  const missed = figures.filter((figure) => met(figure) === false);
  if (missed.length > 0) process.stderr.write(`${missed.length} targets not met: ${missed.map(({ name }) => name).join('; ')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
