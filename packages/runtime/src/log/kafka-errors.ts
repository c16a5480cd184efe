import { KafkaJSError, type KafkaJSProtocolError } from 'kafkajs';
import { LogUnavailable, Retriable, StaleOwner } from './port';

const REBALANCING = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

/** The group moved on without this member: kafkajs must see the error itself, to join again. */
export function isRebalance(error: unknown): error is KafkaJSProtocolError {
  return error instanceof KafkaJSError && REBALANCING.has((error as KafkaJSProtocolError).type);
}

export function isKafkaError(error: unknown): error is KafkaJSError {
  return error instanceof KafkaJSError;
}

/** What a failed send means to callers: not acknowledged, so try again. Unfit records (a bug) stay what they are. */
export function asLogUnavailable(error: unknown): unknown {
  return isKafkaError(error) ? new LogUnavailable(error.message, { cause: error }) : error;
}

export function asCommitError(error: unknown): unknown {
  if (isRebalance(error)) return new StaleOwner(error.message, { cause: error });
  return isKafkaError(error) ? new Retriable(`commit: ${error.message}`, { cause: error }) : error;
}
