import type { Static } from '@sinclair/typebox';
import { createClickHouse } from '@stakewatch/clickhouse';
import { notConnected, runService, type ServiceContext } from '@stakewatch/runtime';
import { createClickHouseAlertArchive } from './archive/clickhouse-alert-archive';
import { createClickHouseDeliveryHistory } from './archive/clickhouse-delivery-history';
import { assemble } from './assemble';
import { createWebhookSender } from './http/send-webhook';
import { deliveryObserver, watchDispatcher } from './observe';
import { GROUP } from './queue/keys';
import { cidrsOf, DispatcherSettings, tuningOf } from './settings';

const nowMs = () => Date.now();

void runService({ name: GROUP, settings: DispatcherSettings, start });

async function start(context: ServiceContext<Static<typeof DispatcherSettings>>) {
  const { settings, log, codec, logger, metrics } = context;
  const tuning = tuningOf(settings);
  const sender = createWebhookSender({ timeoutMs: tuning.timeoutMs, maxSockets: tuning.sockets, allowPrivate: cidrsOf(settings.STAKEWATCH_WEBHOOK_ALLOW_PRIVATE) });
  const admin = await log.admin();
  await admin.ensureTopics(settings.STAKEWATCH_DATA_PARTITIONS, settings.STAKEWATCH_REPLICATION);
  await codec.register('webhook-attempt');
  const producer = await log.producer();
  const redis = context.redis();
  const clickhouse = createClickHouse({
    url: settings.STAKEWATCH_CLICKHOUSE_URL,
    user: settings.STAKEWATCH_CLICKHOUSE_USER,
    password: settings.STAKEWATCH_CLICKHOUSE_PASSWORD,
    database: settings.STAKEWATCH_CLICKHOUSE_DATABASE,
  });
  const accepted = metrics.counter('stakewatch_webhook_deliveries_accepted_total');
  const assembled = await assemble({
    log,
    producer,
    codec,
    redis,
    sender,
    nowMs,
    tuning,
    deadLetters: context.deadLetters(producer),
    archive: createClickHouseAlertArchive(clickhouse),
    history: createClickHouseDeliveryHistory(clickhouse, admin, tuning.schedule.length),
    observer: deliveryObserver(metrics, logger, nowMs),
    onAccepted: (topic, added) => accepted.inc({ topic }, added),
    onLost(at, fromOffset, sinceMs) {
      metrics.counter('stakewatch_state_lost_total').inc({ topic: at.topic });
      logger.warn({ ...at, fromOffset, since: new Date(sinceMs).toISOString() }, 'stored deliveries are missing; rebuilding them from the log and the delivery log');
    },
    onFatal: context.fatal,
  });
  const { dispatcher, directory } = assembled;
  redis.on('ready', () => void dispatcher.verify().catch((error: Error) => logger.warn({ error: error.message }, 'queues not verified: Redis is gone again')));
  const unwatch = watchDispatcher(metrics, dispatcher, directory, sender, nowMs);
  return {
    ready: () => notConnected(redis),
    async drain() {
      await assembled.close();
      unwatch();
      sender.close();
      await clickhouse.close();
    },
  };
}
