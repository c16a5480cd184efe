import { DEFAULT_DATA_PARTITIONS } from '@stakewatch/contracts';
import { migrate } from '@stakewatch/clickhouse';
import type { createLogger, LogClient } from '@stakewatch/runtime';
import type { Layout } from '../layout/home';
import type { Secrets } from '../layout/secrets';
import type { TaskStep } from '../parts/part';
import { CLICKHOUSE_DATABASE, CLICKHOUSE_USER } from '../parts/stores';
import { seedCompanies } from './companies';
import { openLocalLog } from './local-log';

/** What is done once on each start, between the stores and the services. */
export function taskSteps({ ports, secretsFile }: Layout, secrets: Secrets, logger: ReturnType<typeof createLogger>): readonly TaskStep[] {
  const withLog = async (work: (log: LogClient) => Promise<void>) => {
    // kafkajs logs every refusal of a new broker as an error, though it is asked again; what fails in the end is thrown.
    const log = openLocalLog('local-stack', `127.0.0.1:${ports.kafka}`, logger.child({}, { level: 'fatal' }));
    try {
      await work(log);
    } finally {
      await log.close();
    }
  };
  const partitions = Number(process.env['STAKEWATCH_DATA_PARTITIONS'] || DEFAULT_DATA_PARTITIONS);
  const receiverUrl = `http://127.0.0.1:${ports.webhookReceiver}`;
  const clickhouse = { url: `http://127.0.0.1:${ports.clickhouse}`, user: CLICKHOUSE_USER, password: secrets.clickhousePassword, database: CLICKHOUSE_DATABASE };
  return [
    { name: 'topics', kind: 'task', needs: ['kafka'], run: () => withLog(async (log) => (await log.admin()).ensureTopics(partitions, 1)) },
    { name: 'migrations', kind: 'task', needs: ['clickhouse'], run: async () => void (await migrate(clickhouse)) },
    { name: 'companies', kind: 'task', needs: ['topics'], run: () => withLog((log) => seedCompanies({ log, pepper: secrets.pepper, secretsFile, receiverUrl })) },
  ];
}
