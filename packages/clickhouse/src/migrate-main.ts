/** `node packages/clickhouse/dist/migrate-main.js`: brings the database named by the environment up to this build. */
import { clickHouseFromEnvironment } from './environment';
import { migrate } from './migrate';

migrate(clickHouseFromEnvironment(process.env)).then(
  (applied) => console.log(applied.length === 0 ? 'nothing to apply' : `applied: ${applied.join(', ')}`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
