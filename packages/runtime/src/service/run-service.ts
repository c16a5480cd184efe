import { createServer, type RequestListener, type Server } from 'node:http';
import type { Static, TObject, TProperties } from '@sinclair/typebox';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { createAvroCodec } from '../codec/avro-codec';
import { patientCodec } from '../codec/patient-codec';
import type { AvroCodec } from '../codec/port';
import { createRegistrySchemaIds } from '../codec/registry-schema-ids';
import { createDeadLetters, type DeadLetters } from '../consumer/dead-letters';
import type { ConsumerHooks, LogClient } from '../log/client';
import { createKafkaClient } from '../log/kafka-client';
import type { LogProducer } from '../log/port';
import { createRedis } from '../state/redis-client';
import { createRedisStateStore } from '../state/redis-state-store';
import type { StateStore } from '../state/port';
import { consumerHooks, countedFromZero } from './consumer-metrics';
import { endOn } from './ending';
import { healthApp, listen } from './http-server';
import { logOutput } from './log-output';
import { createLogger } from './logger';
import { Metrics } from './metrics';
import { type BaseSettings, InvalidSettings, readSettings } from './settings';
import { Standstill } from './standstill';

export interface ServiceContext<Settings> {
  readonly name: string;
  readonly settings: BaseSettings & Settings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly log: LogClient;
  /** host:port each: for clients beside `log`. */
  readonly brokers: readonly string[];
  readonly codec: AvroCodec;
  redis(): Redis;
  stateStore(): StateStore;
  deadLetters(producer: LogProducer): DeadLetters;
  /** Ends the process at once with exit code 1: for errors that nothing here understands. */
  fatal(error: unknown): never;
}

export interface RunningService {
  /** Null when ready; else the reason, shown by /readyz. That batches fail is seen for it. */
  ready(): string | null;
  /** Finishes what is at hand and lets go. After it the log client and Redis are closed by the shell. */
  drain(): Promise<void>;
  /** A service with an HTTP surface of its own serves it here (health and metrics included); absent: health and metrics only. */
  readonly http?: RequestListener;
}

export interface ServiceDefinition<P extends TProperties> {
  readonly name: string;
  readonly settings: TObject<P>;
  /** Milliseconds from SIGTERM after which the process exits in any case. Default 25 s, within the 30 s of Kubernetes and the 40 s of the compose file. */
  readonly drainTimeoutMs?: number;
  /** Sets limits and handlers on the HTTP server before it listens. */
  configureServer?(server: Server, settings: BaseSettings & Static<TObject<P>>): void;
  /** What answers HTTP before `start` is done; absent: health and metrics, and 404 on other paths. */
  startingHttp?(metrics: Metrics, notReady: () => string | null): RequestListener;
  start(context: ServiceContext<Static<TObject<P>>>): Promise<RunningService>;
}

const DEFAULT_DRAIN_MS = 25_000;

/**
 * The shell of every service process: settings, logs, metrics, clients, health, drain. Health answers before `start` is done
 * (alive, not ready), so that a slow dependency is not taken for a dead process.
 */
export async function runService<P extends TProperties>(definition: ServiceDefinition<P>): Promise<void> {
  const settings = settingsOrExit(definition);
  const metrics = new Metrics(definition.name);
  const linesLost = metrics.counter('stakewatch_log_lines_lost_total');
  const logger = createLogger(definition.name, settings.STAKEWATCH_LOG_LEVEL, logOutput(() => linesLost.inc()));
  const fatal = endOn(logger);
  process.on('unhandledRejection', fatal);
  process.on('uncaughtException', fatal);

  const standstill = new Standstill(Date.now);
  const clients = createClients(definition.name, settings, logger, metrics, consumerHooks(metrics, logger, fatal, standstill));
  let running: RunningService | undefined;
  let draining = false;
  const notReady = () => (draining ? 'draining' : running ? (running.ready() ?? standstill.reason) : 'starting');
  let surface = (definition.startingHttp ?? healthApp)(metrics, notReady) as RequestListener;
  const server = createServer((request, response) => surface(request, response));
  definition.configureServer?.(server, settings);
  const drain = async () => {
    logger.info('draining');
    await running?.drain();
    await clients.close();
    logger.info('drained');
  };
  const port = await listen(server, settings.STAKEWATCH_HTTP_HOST, settings.STAKEWATCH_HTTP_PORT, drain, definition.drainTimeoutMs ?? DEFAULT_DRAIN_MS, (error) =>
    logger.error({ err: error }, 'not drained: what was not finished is worked again by the next owner'), () => (draining = true),
  );
  running = await definition.start({ name: definition.name, settings, logger, metrics, fatal, ...clients.context });
  if (running.http) surface = running.http;
  logger.info({ port }, 'started');
}

function settingsOrExit<P extends TProperties>(definition: ServiceDefinition<P>) {
  try {
    return readSettings(definition.settings, process.env);
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    process.stderr.write(`${definition.name}: ${error.message}\n`);
    process.exit(2);
  }
}

function createClients(name: string, settings: BaseSettings, logger: Logger, metrics: Metrics, hooks: ConsumerHooks) {
  const brokers = settings.STAKEWATCH_KAFKA_BROKERS.split(',').map((broker) => broker.trim());
  const unfit = metrics.counter('stakewatch_control_records_unfit_total');
  const log = createKafkaClient({
    clientId: name,
    brokers,
    logger,
    hooks,
    onUnfitControlRecord: (record, reason) => {
      unfit.inc({ topic: record.topic });
      logger.warn({ topic: record.topic, offset: record.offset, reason }, 'control record left out');
    },
  });
  let redis: Redis | undefined;
  const sharedRedis = () => (redis ??= createRedis(settings.STAKEWATCH_REDIS_URL, logger, name));
  const deadLetterCount = metrics.counter('stakewatch_dead_letters_total');
  return {
    context: {
      log: countedFromZero(log, metrics),
      brokers,
      codec: patientCodec(createAvroCodec(createRegistrySchemaIds(settings.STAKEWATCH_SCHEMA_REGISTRY_URL)), (reason) => logger.warn({ error: reason }, 'waiting for the schema registry')),
      redis: sharedRedis,
      stateStore: () => createRedisStateStore(sharedRedis()),
      deadLetters: (producer: LogProducer) => createDeadLetters(producer, name, (topic, count) => deadLetterCount.inc({ topic }, count)),
    },
    async close() {
      await log.close();
      redis?.disconnect();
    },
  };
}
