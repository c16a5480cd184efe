import { type ConsumerHooks, type LogClient, createKafkaClient, type createLogger } from '@stakewatch/runtime';

/** The log for the local stack's own tools, which consume nothing but control tables. Unknown errors end the process. */
export function openLocalLog(name: string, brokers: string, logger: ReturnType<typeof createLogger>): LogClient {
  const fatal = (error: unknown) => {
    logger.fatal({ err: error }, 'ending: unknown error');
    process.exit(1);
  };
  const hooks: ConsumerHooks = {
    onOwned: () => undefined,
    onReleased: () => undefined,
    onBatchDone: () => undefined,
    onRetry: () => undefined,
    onStale: () => undefined,
    onFatal: fatal,
  };
  return createKafkaClient({
    clientId: name,
    brokers: brokers.split(','),
    logger,
    hooks,
    onUnfitControlRecord: ({ topic, offset }, reason) => logger.warn({ topic, offset, reason }, 'record left out'),
  });
}
