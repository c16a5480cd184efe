#!/usr/bin/env node
// The door of every npm script: makes sure that what the command needs is installed and built, then runs it in this process.
// Plain Node without dependencies, because it runs before any are installed.
import { existsSync } from 'node:fs';
import { build } from './bootstrap/build.mjs';
import { mustHaveDocker } from './bootstrap/docker.mjs';
import { ensureKafkaJars } from './bootstrap/kafka-jars.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { Missing, mustHaveNode } from './bootstrap/say.mjs';
import { ensureSystem } from './bootstrap/system.mjs';

const LOCAL_STACK = 'packages/local-stack/dist/main.js';
const TESTS = 'scripts/test.mjs';

/** What each command needs first, and the module that carries it out. */
const COMMANDS = {
  start: { needs: ['stack'], module: LOCAL_STACK },
  up: { needs: ['stack'], module: LOCAL_STACK },
  down: { needs: ['built'], module: LOCAL_STACK },
  status: { needs: ['built'], module: LOCAL_STACK },
  test: { needs: ['stack', 'compose'], module: TESTS },
  'test:unit': { needs: [], module: TESTS },
  'test:int': { needs: ['stack', 'compose'], module: TESTS },
  'test:e2e': { needs: ['stack', 'compose'], module: TESTS },
  chaos: { needs: ['stack'], module: TESTS },
  'test:compose': { needs: ['docker'], module: TESTS },
  bench: { needs: ['stack'], module: 'packages/bench/dist/main.js', ownArguments: true },
  cli: { needs: ['build'], module: 'packages/cli/dist/main.js', ownArguments: true },
  lint: { needs: ['build'], module: 'scripts/lint.mjs' },
  build: { needs: ['build'], module: null },
};

const [name = '', ...rest] = process.argv.slice(2);
try {
  await run(name, rest);
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function run(name, rest) {
  const command = COMMANDS[name];
  if (!command) throw new Missing(`usage: node scripts/bootstrap.mjs <${Object.keys(COMMANDS).join('|')}> …`);
  mustHaveNode();
  if (command.needs.includes('docker')) mustHaveDocker();
  ensurePackages();
  const stack = command.needs.includes('stack');
  if (stack) {
    ensureSystem({ compose: command.needs.includes('compose') });
    ensureKafkaJars();
  }
  const module = new URL(`../${command.module}`, import.meta.url);
  // What only looks at a stack or ends it must work in the middle of a change that does not build.
  const builtOnce = command.needs.includes('built') && existsSync(module);
  if (command.needs.length > 0 && !builtOnce) build();
  if (command.module === null) return;
  process.argv = [process.argv[0], module.pathname, ...(command.ownArguments ? rest : [name, ...rest])];
  await import(module.href);
}
