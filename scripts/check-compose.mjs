#!/usr/bin/env node
// Checks docker-compose.yml without a Docker daemon: `docker compose config` (or docker-compose) must take it, and every
// service of ours must get an environment that its own settings accept, with no variable that it does not know.
// usage: node scripts/check-compose.mjs [file]     Needs a build. Exits with 1 and names every fault.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { outputOf, quietly, ROOT } from './bootstrap/say.mjs';
import { settingsOf } from './service-settings.mjs';

const require = createRequire(import.meta.url);
const { BaseSettings, InvalidSettings, readSettings } = require(join(ROOT, 'packages/runtime/dist/index.js'));

const file = process.argv[2] ?? join(ROOT, 'docker-compose.yml');
const faults = faultsOf(parse(composeConfig(file)).services);
for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log('docker-compose.yml is valid, and gives every service what it needs');
else process.exitCode = 1;

function composeConfig(path) {
  if (outputOf('docker', ['compose', 'version'])) return quietly('docker', ['compose', '--file', path, 'config']);
  return quietly('docker-compose', ['--file', path, 'config']);
}

function faultsOf(services) {
  const ours = readdirSync(join(ROOT, 'services')).filter((name) => existsSync(join(ROOT, 'services', name, 'dist', 'main.js')));
  const stores = ['kafka', 'schema-registry', 'redis', 'clickhouse'];
  return [
    ...[...ours, ...stores, 'init', 'webhook-receiver'].filter((name) => !services[name]).map((name) => `${name}: is not in docker-compose.yml`),
    ...stores.filter((name) => services[name] && !services[name].healthcheck).map((name) => `${name}: has no healthcheck`),
    ...ours.filter((name) => services[name]).flatMap((name) => environmentFaults(name, services[name].environment, settingsOf(join(ROOT, 'services', name, 'dist')))),
    ...(services.init ? environmentFaults('init', services.init.environment, require(join(ROOT, 'packages/local-stack/dist/init-main.js')).InitSettings) : []),
  ];
}

function environmentFaults(name, environment, settings) {
  const known = new Set([...Object.keys(BaseSettings.properties), ...Object.keys(settings.properties)]);
  const unknown = Object.keys(environment).filter((variable) => !known.has(variable)).map((variable) => `${name}: does not know ${variable}`);
  try {
    readSettings(settings, environment);
    return unknown;
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    return [...unknown, ...error.faults.map((fault) => `${name}: ${fault}`)];
  }
}
