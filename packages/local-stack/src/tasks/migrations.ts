import { migrate } from '@stakewatch/clickhouse';
import type { Layout } from '../layout/home';
import type { Secrets } from '../layout/secrets';
import type { TaskStep } from '../parts/part';
import { CLICKHOUSE_DATABASE, CLICKHOUSE_USER } from '../parts/stores';

/** Brings ClickHouse's tables up to this build. */
export function migrationsTask({ ports }: Layout, secrets: Secrets): TaskStep {
  return {
    name: 'migrations',
    kind: 'task',
    needs: ['clickhouse'],
    run: async () => {
      await migrate({ url: `http://127.0.0.1:${ports.clickhouse}`, user: CLICKHOUSE_USER, password: secrets.clickhousePassword, database: CLICKHOUSE_DATABASE });
    },
  };
}
