/**
 * The local stack's webhook receiver: `node packages/local-stack/dist/webhook-receiver/main.js`, configured only by environment:
 * STAKEWATCH_WEBHOOK_RECEIVER_PORT; _HOST (127.0.0.1); _SECRETS_FILE (secrets-file.ts); _FILE (optional: deliveries survive
 * restarts in it); _KEEP (50000 deliveries).
 */
import { createServer } from 'node:http';
import { createLogger, healthApp, Metrics } from '@stakewatch/runtime';
import express from 'express';
import { receiverApp } from './app';
import { openBook } from './book-file';
import { watchSecretsFile } from './secrets-file';

const NAME = 'webhook-receiver';
const nowMicros = () => Math.round((performance.timeOrigin + performance.now()) * 1_000);

function main(environment: NodeJS.ProcessEnv): void {
  const port = Number(environment['STAKEWATCH_WEBHOOK_RECEIVER_PORT']);
  const host = environment['STAKEWATCH_WEBHOOK_RECEIVER_HOST'] ?? '127.0.0.1';
  const secretsFile = environment['STAKEWATCH_WEBHOOK_RECEIVER_SECRETS_FILE'];
  const keep = Number(environment['STAKEWATCH_WEBHOOK_RECEIVER_KEEP'] ?? 50_000);
  const faults = [
    ...(Number.isInteger(port) && port >= 0 && port < 65_536 ? [] : ['STAKEWATCH_WEBHOOK_RECEIVER_PORT is missing or no port']),
    ...(secretsFile ? [] : ['STAKEWATCH_WEBHOOK_RECEIVER_SECRETS_FILE is missing']),
    ...(Number.isInteger(keep) && keep > 0 ? [] : ['STAKEWATCH_WEBHOOK_RECEIVER_KEEP is no whole number above 0']),
  ];
  if (faults.length > 0) throw new Error(faults.join('; '));
  const logger = createLogger(NAME, environment['STAKEWATCH_LOG_LEVEL'] ?? 'info');
  const book = openBook(environment['STAKEWATCH_WEBHOOK_RECEIVER_FILE'] ?? null, keep);
  const secrets = watchSecretsFile(secretsFile as string, (fault) => logger.warn({ fault }, 'secrets not read'));
  const app = express();
  app.use(receiverApp({ book, secrets, nowMicros }));
  app.use(healthApp(new Metrics(NAME), () => null));
  const server = createServer(app);
  const stop = () => {
    server.close(() => {
      book.close();
      process.exit(0);
    });
    server.closeAllConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  server.listen(port, host, () => logger.info({ port }, 'started'));
}

try {
  main(process.env);
} catch (error) {
  process.stderr.write(`${NAME}: ${(error as Error).message}\n`);
  process.exit(2);
}
