import { TOPICS, WebhookEndpointRecord } from '@stakewatch/contracts';
import type { AvroCodec, DeadLetters, LogClient, LogConsumer, LogProducer, TopicPartition } from '@stakewatch/runtime';
import type { Redis } from 'ioredis';
import type { AlertArchive } from './archive/alert-archive';
import type { DeliveryHistory } from './archive/delivery-history';
import { longestOf } from './core/schedule';
import { AttemptLog } from './dispatch/attempt-log';
import { Deliverer, type DeliveryObserver } from './dispatch/deliverer';
import { Dispatcher } from './dispatch/dispatcher';
import { createEndpointControl } from './dispatch/endpoint-control';
import { EndpointDirectory } from './dispatch/endpoint-directory';
import type { WebhookSender } from './http/send-webhook';
import { alertsSource } from './inputs/alerts-source';
import { queueHandler, type QueueHandlerOptions } from './inputs/queue-handler';
import { resendsSource } from './inputs/resends-source';
import { createRedisEndpointHealth } from './queue/endpoint-health';
import { GROUP } from './queue/keys';
import { createRedisDeliveryQueues } from './queue/redis-delivery-queues';

/** What the service is made of from outside: clients, clock, and what its settings say. */
export interface Parts {
  readonly log: LogClient;
  readonly producer: LogProducer;
  readonly codec: AvroCodec;
  readonly redis: Redis;
  readonly deadLetters: DeadLetters;
  readonly archive: AlertArchive;
  readonly history: DeliveryHistory;
  readonly sender: WebhookSender;
  readonly observer: DeliveryObserver;
  readonly nowMs: () => number;
  readonly tuning: Tuning;
  onAccepted(topic: string, added: number): void;
  onLost(at: TopicPartition, fromOffset: number, sinceMs: number): void;
  onFatal(error: unknown): void;
}

export interface Tuning {
  /** Milliseconds before each attempt. */
  readonly schedule: readonly number[];
  readonly timeoutMs: number;
  readonly sockets: number;
  readonly socketsPerEndpoint: number;
  readonly warnAfterMs: number;
  readonly disableAfterMs: number;
  readonly rememberMs: number;
  readonly pendingLimit: number;
  readonly stuckLimit: number;
}

export interface Assembled {
  readonly consumer: LogConsumer;
  readonly dispatcher: Dispatcher;
  readonly directory: EndpointDirectory;
  close(): Promise<void>;
}

/** A lease outlives an attempt by what its record and its mark may take. */
const LEASE_MARGIN_MS = 5_000;
/** What is being sent may end when a partition is let go; timeout and margin together stay within the drain's 25 s. */
const GRACE_MARGIN_MS = 3_000;
const DAY_MS = 86_400_000;

/** Puts the service together; main.ts and the tests both do it here. */
export async function assemble(parts: Parts): Promise<Assembled> {
  const { log, producer, codec, redis, nowMs, tuning } = parts;
  const admin = await log.admin();
  const table = await log.table('webhookEndpoints', WebhookEndpointRecord);
  const directory = new EndpointDirectory(table);
  const queues = createRedisDeliveryQueues(redis);
  const attempts = new AttemptLog(producer, codec);
  const control = createEndpointControl(producer, nowMs);
  const deliverer = new Deliverer({ ...tuning, queues, directory, attempts, control, nowMs, sender: parts.sender, observer: parts.observer, health: createRedisEndpointHealth(redis, tuning.disableAfterMs) });
  const dispatcher = new Dispatcher({
    queues,
    directory,
    deliverer,
    limits: { total: tuning.sockets, perEndpoint: tuning.socketsPerEndpoint, troubled: Math.max(1, Math.floor(tuning.sockets / 4)) },
    leaseMs: tuning.timeoutMs + LEASE_MARGIN_MS,
    graceMs: tuning.timeoutMs + GRACE_MARGIN_MS,
    nowMs,
    onFatal: parts.onFatal,
  });
  const common: Omit<QueueHandlerOptions, 'source' | 'sendsToDisabled'> = {
    queues,
    dispatcher,
    directory,
    attempts,
    admin,
    nowMs,
    history: parts.history,
    deadLetters: parts.deadLetters,
    rebuildWindowMs: longestOf(tuning.schedule) + DAY_MS,
    rememberMs: tuning.rememberMs,
    // Well within what is remembered, also after a rebuild, which reads a day and more again.
    lookUpAfterMs: Math.min(DAY_MS, tuning.rememberMs) / 2,
    pendingLimit: tuning.pendingLimit,
    stuckLimit: tuning.stuckLimit,
    onAccepted: parts.onAccepted,
    onLost: parts.onLost,
  };
  const consumer = await log.consume({
    group: GROUP,
    openOnAssignment: true,
    // Of a process that died, alerts wait until Kafka gives it up: as soon as it allows (group.min.session.timeout.ms).
    sessionTimeoutMs: 6_000,
    inputs: [
      { topic: TOPICS.alerts.name, handler: queueHandler({ ...common, sendsToDisabled: false, source: alertsSource(codec, directory) }) },
      { topic: TOPICS.webhookResends.name, handler: queueHandler({ ...common, sendsToDisabled: true, source: resendsSource(parts.archive, directory, nowMs) }) },
    ],
  });
  return {
    consumer,
    dispatcher,
    directory,
    async close() {
      await consumer.close();
      dispatcher.close();
      await table.close();
    },
  };
}
