import { KafkaJSError, type KafkaJSProtocolError } from 'kafkajs';
import { LogUnavailable, Retriable } from './port';

const REBALANCING = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

/**
 * The group moved on without this member: kafkajs must see the error itself, to join again. That of a commit stands in a cause: kafkajs
 * repeats commits, and wraps what it does not repeat into an error without a type.
 */
export function rebalanceIn(error: unknown): KafkaJSProtocolError | null {
  if (!(error instanceof KafkaJSError || error instanceof Retriable)) return null;
  return REBALANCING.has((error as KafkaJSProtocolError).type) ? (error as KafkaJSProtocolError) : rebalanceIn(error.cause);
}

/** The group does not know this member. A join that failed leaves kafkajs without an id, and its heartbeats are no-ops then: only a commit tells. */
export const isUnknownMember = (error: unknown): boolean => rebalanceIn(error)?.type === 'UNKNOWN_MEMBER_ID';

export function isKafkaError(error: unknown): error is KafkaJSError {
  return error instanceof KafkaJSError;
}

/** What a failed send means to callers: not acknowledged, so try again. Unfit records (a bug) stay what they are. */
export function asLogUnavailable(error: unknown): unknown {
  return isKafkaError(error) ? new LogUnavailable(error.message, { cause: error }) : error;
}

export function asCommitError(error: unknown): unknown {
  return isKafkaError(error) ? new Retriable(`commit: ${error.message}`, { cause: error }) : error;
}
