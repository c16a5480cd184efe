import { Type } from '@sinclair/typebox';

/** Settings of the monitor, besides those that every service has. */
export const MonitorSettings = Type.Object({
  STAKEWATCH_TRANSACTION_STATE_MB: Type.Integer({ minimum: 16, maximum: 65_536, default: 128, description: 'Memory for the histories of accounts and customers, in MiB; the least recently used beyond it are read from Redis again when needed.' }),
  STAKEWATCH_TRANSACTION_REBUILD_DAYS: Type.Integer({ minimum: 1, maximum: 365, default: 35, description: 'How far back the log is read again when Redis has lost the state.' }),
});
