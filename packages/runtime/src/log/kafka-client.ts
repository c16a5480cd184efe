import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs';
import { TOPICS } from '@stakewatch/contracts';
import type { Logger } from 'pino';
import { openKafkajsTable } from '../control/kafkajs-table';
import type { ConsumerHooks, LogClient } from './client';
import { createKafkajsAdmin } from './kafkajs-admin';
import { createKafkajsConsumer } from './kafkajs-consumer';
import { askForCoordinatorsAgain } from './kafkajs-coordinator';
import { passRecordBatchesOn } from './kafkajs-fetch';
import { letIdleConnectionsRest } from './kafkajs-idle-connections';
import { createKafkajsProducer } from './kafkajs-producer';
import { followPartition } from './on-platformatic';
import { Opened } from './opened';
import type { LogAdmin, LogRecord } from './port';

export interface KafkaClientOptions {
  readonly clientId: string;
  readonly brokers: readonly string[];
  readonly logger: Logger;
  readonly hooks: ConsumerHooks;
  onUnfitControlRecord(record: LogRecord, reason: string): void;
  /** How long a control table's fetch waits for records, and so closing it for the fetch. Default 500: records come at once all the same. */
  readonly tableWaitMs?: number;
}

/** The log on Kafka. kafkajs is imported nowhere outside this folder and control/kafkajs-table.ts. */
export function createKafkaClient(options: KafkaClientOptions): LogClient {
  passRecordBatchesOn();
  letIdleConnectionsRest();
  askForCoordinatorsAgain();
  const kafka = new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    socketFactory,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 10 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const { message, logger: _logger, timestamp: _timestamp, ...rest } = entry.log;
      options.logger[entry.level <= logLevel.ERROR ? 'error' : 'warn']({ kafkajs: entry.namespace, ...withoutPayloads(rest) }, message);
    },
  });
  const opened = new Opened();
  let admin: Promise<LogAdmin> | undefined;
  const sharedAdmin = () => (admin ??= createKafkajsAdmin(kafka).then((made) => opened.keep(made)));
  return {
    producer: async () => opened.keep(await createKafkajsProducer(kafka)),
    admin: sharedAdmin,
    consume: async (consume) => opened.keep(await createKafkajsConsumer(kafka, await sharedAdmin(), consume, options.hooks)),
    table: async (topic, schema) =>
      opened.keep(await openKafkajsTable(kafka, await sharedAdmin(), TOPICS[topic].name, schema, { onUnfit: options.onUnfitControlRecord, onFatal: options.hooks.onFatal }, options.tableWaitMs)),
    tail: async (tail) => opened.keep(await followPartition(`${options.clientId}-tail`, options.brokers, await sharedAdmin(), tail, options.hooks.onFatal)),
    close: () => opened.close(),
  };
}

const KEEP_ALIVE_DELAY_MS = 60_000;

/**
 * kafkajs's own sockets, but for Nagle's algorithm: it holds a small request back until the one before it is acknowledged, which a
 * broker that has nothing to answer yet (a fetch that waits) puts off for 40 ms.
 */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const socket = ssl ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect) : connect({ host, port }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
  socket.setNoDelay(true);
  return socket;
};

/** kafkajs puts whole errors and payloads into its log entries; only their plain fields are kept. */
function withoutPayloads(rest: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)));
}
