/** The init job of docker-compose.yml: topics, ClickHouse's tables, demo companies. Everything in it can be repeated. */
import { Type } from '@sinclair/typebox';
import { migrate } from '@stakewatch/clickhouse';
import { createLogger, InvalidSettings, readSettings } from '@stakewatch/runtime';
import { seedCompanies } from './tasks/companies';
import { openLocalLog } from './tasks/local-log';

export const InitSettings = Type.Object({
  STAKEWATCH_KEY_PEPPER: Type.String({ minLength: 32, description: "The gateway's pepper of API keys." }),
  STAKEWATCH_SECRETS_FILE: Type.String({ minLength: 1, description: 'Where keys and webhook secrets of the demo companies are kept.' }),
  STAKEWATCH_WEBHOOK_RECEIVER_URL: Type.String({ format: 'uri', description: 'Base URL of the demo receiver.' }),
});

async function main(): Promise<void> {
  const settings = readSettings(InitSettings, process.env);
  const logger = createLogger('init', settings.STAKEWATCH_LOG_LEVEL);
  // kafkajs logs every refusal of a new broker as an error, though it is asked again; what fails in the end is thrown.
  const log = openLocalLog('init', settings.STAKEWATCH_KAFKA_BROKERS, logger.child({}, { level: 'fatal' }));
  await (await log.admin()).ensureTopics(settings.STAKEWATCH_DATA_PARTITIONS, settings.STAKEWATCH_REPLICATION);
  await migrate({
    url: settings.STAKEWATCH_CLICKHOUSE_URL,
    user: settings.STAKEWATCH_CLICKHOUSE_USER,
    password: settings.STAKEWATCH_CLICKHOUSE_PASSWORD,
    database: settings.STAKEWATCH_CLICKHOUSE_DATABASE,
  });
  await seedCompanies({ log, pepper: settings.STAKEWATCH_KEY_PEPPER, secretsFile: settings.STAKEWATCH_SECRETS_FILE, receiverUrl: settings.STAKEWATCH_WEBHOOK_RECEIVER_URL });
  await log.close();
  logger.info('topics, tables and demo companies are there');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`init: ${error instanceof InvalidSettings ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exit(1);
  });
}
