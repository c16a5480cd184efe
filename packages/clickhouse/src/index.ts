export { analystUser, analystUserSql, dropAnalystSql, type AnalystUser } from './analyst-users';
export { type ClickHouseOptions, createClickHouse, exceptionCode } from './client';
export { describeSchema, mergeDocument } from './data-document';
export { clickHouseFromEnvironment } from './environment';
export { type EventStatus, EventStatusReader } from './event-status';
export { MigrationError, migrate } from './migrate';
export { type Migration, readMigrations } from './migration-files';
export { type HistorySummary, summary } from './summary';
export type { ClickHouseClient } from '@clickhouse/client';
