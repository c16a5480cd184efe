import { randomUUID } from 'node:crypto';
import { TOPICS } from '@stakewatch/contracts';
import type { LogClient } from '../log/client';
import { partitionOf } from '../log/murmur2';
import type { LogProducer, LogRecord } from '../log/port';
import { type DecisionReply, REQUEST_HEADERS } from './reply';

export interface DecisionRequest {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  /** From the call to the reply, milliseconds. */
  readonly timeoutMs: number;
}

/** Nobody answered in time. The command is in the log and will be decided; the decision can be read by its id. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
}

/** More callers wait than this instance allows: refuse now rather than queue without bound. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
}

export interface RequestClient {
  /**
   * Publishes a command and waits for its reply.
   * @throws {LogUnavailable} not acknowledged: it may or may not be decided; sending it again is safe (same identity).
   * @throws {RequestTimeout} acknowledged, not answered in time.
   * @throws {TooManyRequests} nothing was published.
   */
  decide(request: DecisionRequest): Promise<DecisionReply>;
  /** Callers that wait now. */
  readonly waiting: number;
  close(): Promise<void>;
}

export interface RequestObserver {
  /** Seconds from the call to the reply. */
  onReply(topic: string, seconds: number): void;
  onTimeout(topic: string): void;
}

interface Waiting {
  resolve(reply: DecisionReply): void;
}

/**
 * Decisions on request. Each gateway instance has an id and follows one partition of gateway.replies.v1, named in its commands;
 * so replies find the instance that waits, with any number of instances (those that share a partition drop each other's).
 * If this process dies, its callers' connections die with it and its commands are decided all the same.
 */
export async function createRequestClient(log: LogClient, producer: LogProducer, maxWaiting: number, observer: RequestObserver): Promise<RequestClient> {
  const topic = TOPICS.gatewayReplies.name;
  const instance = randomUUID();
  const partitions = await (await log.admin()).partitionCount(topic);
  const partition = partitionOf(Buffer.from(instance), partitions);
  const waiting = new Map<string, Waiting>();
  const tail = await log.tail({ topic, partition, onRecord: (record) => deliver(record, instance, waiting) });

  return {
    get waiting() {
      return waiting.size;
    },
    async decide(request) {
      if (waiting.size >= maxWaiting) throw new TooManyRequests(`${maxWaiting} requests wait already`);
      const correlation = randomUUID();
      const started = performance.now();
      let timer: NodeJS.Timeout | undefined;
      // Registered before the command is published: the reply may be faster than the acknowledgement.
      const reply = new Promise<DecisionReply>((resolve, reject) => {
        waiting.set(correlation, { resolve });
        timer = setTimeout(() => {
          observer.onTimeout(request.topic);
          reject(new RequestTimeout(`no decision within ${request.timeoutMs} ms`));
        }, request.timeoutMs);
      });
      const sent = producer.send([
        {
          topic: request.topic,
          key: request.key,
          value: request.value,
          headers: { [REQUEST_HEADERS.instance]: instance, [REQUEST_HEADERS.partition]: String(partition), [REQUEST_HEADERS.correlation]: correlation },
        },
      ]);
      try {
        const [answer] = await Promise.all([reply, sent]);
        observer.onReply(request.topic, (performance.now() - started) / 1000);
        return answer;
      } finally {
        clearTimeout(timer);
        waiting.delete(correlation);
        reply.catch(() => undefined);
      }
    },
    close: () => tail.close(),
  };
}

function deliver(record: LogRecord, instance: string, waiting: ReadonlyMap<string, Waiting>): void {
  if (record.headers[REQUEST_HEADERS.instance] !== instance || !record.value?.length) return;
  const caller = waiting.get(record.headers[REQUEST_HEADERS.correlation] ?? '');
  caller?.resolve(JSON.parse(record.value.toString('utf8')) as DecisionReply);
}
