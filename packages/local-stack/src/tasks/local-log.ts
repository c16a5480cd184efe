import { type createLogger, endOn, type LogClient, openToolLog } from '@stakewatch/runtime';

/** The log for the local stack's own tools, which consume nothing but control tables. Unknown errors end the process. */
export function openLocalLog(name: string, brokers: string, logger: ReturnType<typeof createLogger>): LogClient {
  return openToolLog({
    clientId: name,
    brokers: brokers.split(','),
    logger,
    onFatal: endOn(logger),
    onUnfitControlRecord: ({ topic, offset }, reason) => logger.warn({ topic, offset, reason }, 'record left out'),
  });
}
