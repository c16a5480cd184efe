import { createEndpointStandings } from '@stakewatch/alert-dispatcher';
import { AlertReader, createClickHouse, DecisionReader, EventStatusQueries, EventStatusReader } from '@stakewatch/clickhouse';
import { ListEntryRecord, RuleRecord, WebhookEndpointRecord } from '@stakewatch/contracts';
import { EndpointDesk, ListBook, RuleDesk } from '@stakewatch/control';
import { createRuleLibrary } from '@stakewatch/rule-library';
import { createPlatformaticProducer, createRequestClient, runService } from '@stakewatch/runtime';
import { alertRoutes } from './alerts/routes';
import { nowMicros } from './app/clock';
import { configureServer } from './app/server';
import { startingSurface } from './app/surface';
import { bonusRoutes } from './bonus-changes/routes';
import { GatewaySettings } from './config';
import { createHistoryLevel } from './decisions/history-level';
import { decisionRoutes, HISTORY_WAITS } from './decisions/routes';
import { openGateway } from './gateway';
import { listRoutes } from './lists/routes';
import { ruleRoutes } from './rules/routes';
import { WorkerRuleRunner } from './rules/runner';
import { transactionRoutes } from './transactions/routes';
import { webhookEndpointRoutes } from './webhook-endpoints/routes';

/** What Redis remembers is worth waiting this long for (milliseconds); then the gateway goes on without. */
const REDIS_TIMEOUT_MS = 500;
/** A status is asked for by a person or a script that waits. */
const STATUS_TIMEOUT_MS = 5_000;
const VERSION = '1.0.0';

void runService({
  name: 'gateway',
  settings: GatewaySettings,
  configureServer: (server, settings) => configureServer(server, settings.STAKEWATCH_MAX_CONNECTIONS),
  startingHttp: startingSurface,
  async start(context) {
    const { settings, logger, brokers } = context;
    const producer = await createPlatformaticProducer({
      clientId: 'gateway',
      brokers,
      deliveryTimeoutMs: settings.STAKEWATCH_DELIVERY_TIMEOUT_MS,
    });
    const redis = context.redis().duplicate({ commandTimeout: REDIS_TIMEOUT_MS, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    redis.on('error', (error: Error) => logger.warn({ error: error.message }, 'redis connection of the hot path'));
    const clickHouse = createClickHouse({
      url: settings.STAKEWATCH_CLICKHOUSE_URL,
      user: settings.STAKEWATCH_CLICKHOUSE_USER,
      password: settings.STAKEWATCH_CLICKHOUSE_PASSWORD,
      database: settings.STAKEWATCH_CLICKHOUSE_DATABASE,
      requestTimeoutMs: STATUS_TIMEOUT_MS,
    });
    const waits = context.metrics.histogram('stakewatch_gateway_decision_seconds');
    const timeouts = context.metrics.counter('stakewatch_gateway_decision_timeouts_total');
    // Apart from the events' producer: a command does not queue behind their large requests.
    const commands = await createPlatformaticProducer({
      clientId: 'gateway-commands',
      brokers,
      deliveryTimeoutMs: Math.min(settings.STAKEWATCH_DELIVERY_TIMEOUT_MS, settings.STAKEWATCH_DECISION_TIMEOUT_MS),
    });
    const requests = await createRequestClient(context.log, commands, settings.STAKEWATCH_MAX_WAITING_DECISIONS, {
      onReply: (topic, seconds) => waits.observe({ topic }, seconds),
      onTimeout: (topic) => timeouts.inc({ topic }),
    });
    await Promise.all((['bonus-change', 'transaction', 'label'] as const).map((name) => context.codec.register(name)));
    const lists = new ListBook(await context.log.table('lists', ListEntryRecord), commands);
    const desk = new RuleDesk(await context.log.table('rules', RuleRecord), commands, createRuleLibrary());
    const endpoints = { desk: new EndpointDesk(await context.log.table('webhookEndpoints', WebhookEndpointRecord), commands), standings: createEndpointStandings(redis, await context.log.admin()) };
    const ruleRunner = new WorkerRuleRunner();
    const deciding = { requests, codec: context.codec, timeoutMs: settings.STAKEWATCH_DECISION_TIMEOUT_MS, nowMicros };
    const labelling = { reader: new DecisionReader(clickHouse), level: createHistoryLevel(await context.log.admin()), producer: commands, codec: context.codec, waits: HISTORY_WAITS, nowMicros };
    const gateway = await openGateway({
      log: context.log,
      codec: context.codec,
      producer,
      redis,
      status: new EventStatusReader(new EventStatusQueries(clickHouse)),
      metrics: context.metrics,
      logger,
      version: VERSION,
      routes: [
        ...bonusRoutes(deciding),
        ...transactionRoutes(deciding),
        ...listRoutes(lists),
        ...decisionRoutes(labelling),
        ...alertRoutes({ reader: new AlertReader(clickHouse), labels: labelling.reader, level: labelling.level, waitMs: HISTORY_WAITS.decisionMs }),
        ...webhookEndpointRoutes(endpoints),
      ],
      eventRoutes: (events) => ruleRoutes({ desk, runner: ruleRunner, events, nowMicros }),
      settings: {
        keyPepper: settings.STAKEWATCH_KEY_PEPPER,
        singleBodyBytes: settings.STAKEWATCH_MAX_SINGLE_BODY_BYTES,
        batchBodyBytes: settings.STAKEWATCH_MAX_BATCH_BODY_BYTES,
        inFlightBytes: settings.STAKEWATCH_MAX_IN_FLIGHT_BYTES,
      },
    });
    return {
      http: gateway.http,
      ready: gateway.ready,
      async drain() {
        await gateway.drain();
        await ruleRunner.close();
        await requests.close();
        await Promise.all([producer.close(), commands.close()]);
        redis.disconnect();
        await clickHouse.close();
      },
    };
  },
});
