import { createLogger } from '../service/logger';
import type { ConsumerHooks, LogClient } from './client';
import { createKafkaClient, type KafkaClientOptions } from './kafka-client';

export interface ToolLogOptions extends Pick<KafkaClientOptions, 'clientId' | 'brokers'>, Partial<Pick<KafkaClientOptions, 'logger' | 'onUnfitControlRecord'>> {
  /** For what nobody foresaw; absent: thrown, which ends the process. */
  onFatal?(error: unknown): void;
}

/** A command is done when its tables are closed; it is short, so that asking more often costs little. */
const TABLE_WAIT_MS = 50;
const NOTHING = (): void => undefined;

/** The log for command-line tools, benches and tests: no metrics, and no log lines unless given a logger. */
export function openToolLog({ clientId, brokers, logger = createLogger(clientId, 'silent'), onFatal, onUnfitControlRecord = NOTHING }: ToolLogOptions): LogClient {
  const fatal = onFatal ?? ((error: unknown) => { throw error; });
  const hooks: ConsumerHooks = { onOwned: NOTHING, onReleased: NOTHING, onBatchDone: NOTHING, onLag: NOTHING, onRetry: NOTHING, onStale: NOTHING, onFatal: fatal };
  return createKafkaClient({ clientId, brokers, logger, hooks, onUnfitControlRecord, tableWaitMs: TABLE_WAIT_MS });
}
