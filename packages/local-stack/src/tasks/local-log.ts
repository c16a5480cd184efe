import { type createLogger, type LogClient, openToolLog } from '@stakewatch/runtime';

/** The log for the local stack's own tools, which consume nothing but control tables. Unknown errors end the process. */
export function openLocalLog(name: string, brokers: string, logger: ReturnType<typeof createLogger>): LogClient {
  const fatal = (error: unknown) => {
    logger.fatal({ err: error }, `ending: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  };
  return openToolLog({
    clientId: name,
    brokers: brokers.split(','),
    logger,
    onFatal: fatal,
    onUnfitControlRecord: ({ topic, offset }, reason) => logger.warn({ topic, offset, reason }, 'record left out'),
  });
}
