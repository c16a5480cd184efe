import { createServer } from 'node:http';
import express from 'express';
import { Metrics, createLogger, healthApp } from '@stakewatch/runtime';
import { openLocalLog } from '../tasks/local-log';
import { registryApp } from './app';
import { StoredRecord } from './registry-state';
import { createSchemaStore } from './schema-store';

/** The local schema registry's process. Environment: STAKEWATCH_SCHEMA_REGISTRY_PORT, STAKEWATCH_KAFKA_BROKERS. */
async function main(): Promise<void> {
  const logger = createLogger('schema-registry', process.env['STAKEWATCH_LOG_LEVEL'] ?? 'info');
  const port = Number(process.env['STAKEWATCH_SCHEMA_REGISTRY_PORT']);
  const log = openLocalLog('schema-registry', process.env['STAKEWATCH_KAFKA_BROKERS'] ?? '', logger);
  const table = await log.table('schemas', StoredRecord);
  const app = express();
  app.use(healthApp(new Metrics('schema-registry'), () => null));
  app.use(registryApp(createSchemaStore(table, await log.producer())));
  const server = createServer(app);
  const drain = () => {
    server.close(() => void log.close().then(() => process.exit(0)));
    server.closeIdleConnections();
  };
  process.once('SIGTERM', drain);
  process.once('SIGINT', drain);
  server.listen(port, '127.0.0.1', () => logger.info({ port }, 'started'));
}

main().catch((error: unknown) => {
  process.stderr.write(`schema-registry: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
