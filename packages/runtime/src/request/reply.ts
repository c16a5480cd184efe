import { TOPICS } from '@stakewatch/contracts';
import type { LogRecord, OutgoingRecord } from '../log/port';

/** Headers of a command whose sender waits for its reply. */
export const REQUEST_HEADERS = {
  instance: 'stakewatch-instance',
  partition: 'stakewatch-reply-partition',
  correlation: 'stakewatch-correlation',
} as const;

export interface DecisionReply {
  /** decided: `body` is the answer. conflict: the id was used with other content. rejected: the command breaks a rule of the domain; `body` says which. */
  readonly kind: 'decided' | 'conflict' | 'rejected';
  readonly body: unknown;
}

/**
 * The record that answers a command, to be published in the same produce as the decision; none when nobody waits.
 * A redelivered command is answered again: a gateway takes the first reply and drops the rest.
 */
export function replyTo(command: LogRecord['headers'], reply: DecisionReply): readonly OutgoingRecord[] {
  const instance = command[REQUEST_HEADERS.instance];
  const correlation = command[REQUEST_HEADERS.correlation];
  const partition = Number(command[REQUEST_HEADERS.partition]);
  if (instance === undefined || correlation === undefined || !Number.isInteger(partition) || partition < 0) return [];
  return [
    {
      topic: TOPICS.gatewayReplies.name,
      partition,
      key: correlation,
      value: Buffer.from(JSON.stringify(reply)),
      headers: { [REQUEST_HEADERS.instance]: instance, [REQUEST_HEADERS.correlation]: correlation },
    },
  ];
}
