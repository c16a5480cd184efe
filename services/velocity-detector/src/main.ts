import { setFlagsFromString } from 'node:v8';
import { RuleRecord, TOPICS } from '@stakewatch/contracts';
import { StatePages } from '@stakewatch/rules';
import { createPlatformaticProducer, notConnected, runService, type ServiceContext, StateBudget, statefulHandler, statefulObserver } from '@stakewatch/runtime';
import { DetectorSettings, SERVICE } from './config';
import { detectorObserver, logFaults } from './observe';
import { RuleBook } from './rule-book';
import { BUILT_IN_RULES } from './rules';
import { eventStage } from './stages/event-stage';
import { signalStage } from './stages/signal-stage';

const DAY_MS = 86_400_000;
/** What a fetch brings of so many is taken at a time; one whose queue is full keeps its place until there is room. */
const PARTITIONS_AT_A_TIME = 6;
/** Many at a time while it is behind: a batch has one produce request. */
const READ_AHEAD = { batchRecords: 4_096, batchBytes: 1_048_576, roomRecords: 2_048, roomBytes: 524_288, idleMs: 250 };
/** Kafka's copy of the position only measures lag: the position itself is saved with the states. */
const COMMIT_INTERVAL_MS = 250;
/** A save of so many takes Redis some 50 ms. */
const UNSAVED_STATES = 8_192;
/** At the end of the log states are at most so much older than what was published, and a crash has no more worked again. */
const UNSAVED_MS = 1_000;
const nowMicros = () => Math.floor((performance.timeOrigin + performance.now()) * 1_000);

// Timelines lie outside of the heap: that may double between two collections, and not more, so that it stays a fifth of the process
// (docs/performance.md).
setFlagsFromString('--heap-growing-percent=100');

void runService({ name: SERVICE, settings: DetectorSettings, start });

async function start(context: ServiceContext<DetectorSettings>) {
  const { settings, log, codec, logger, metrics } = context;
  const admin = await log.admin();
  await admin.ensureTopics(settings.STAKEWATCH_DATA_PARTITIONS, settings.STAKEWATCH_REPLICATION);
  for (const schema of ['betting-event', 'velocity-signals', 'alert', 'decision', 'processing-progress'] as const) await codec.register(schema);
  const records = await log.table('rules', RuleRecord);
  const book = new RuleBook(BUILT_IN_RULES, records, logFaults(logger));
  // What the partitions publish shares requests, and a call's records for one partition are one batch, so their order is kept.
  const producer = await createPlatformaticProducer({ clientId: SERVICE, brokers: context.brokers });
  const signalPartitions = await admin.partitionCount(TOPICS.velocitySignals.name);
  const deciding = { codec, rulesFor: (companyId: string) => book.rulesFor(companyId), observer: detectorObserver(metrics, logger, BUILT_IN_RULES), pages: new StatePages() };
  const driving = {
    group: SERVICE,
    store: context.stateStore(),
    producer,
    deadLetters: context.deadLetters(producer),
    codec,
    budget: new StateBudget(settings.STAKEWATCH_DETECTOR_STATE_MB * 1_048_576),
    admin,
    rebuildWindowMs: settings.STAKEWATCH_DETECTOR_REBUILD_DAYS * DAY_MS,
    observer: statefulObserver(metrics, logger),
    nowMicros,
    unsaved: { records: settings.STAKEWATCH_DETECTOR_UNSAVED_EVENTS, states: UNSAVED_STATES, ms: UNSAVED_MS },
  };
  const consumer = await log.consume({
    group: SERVICE,
    maxBytesPerPartition: settings.STAKEWATCH_DETECTOR_FETCH_KB * 1_024,
    maxBytes: PARTITIONS_AT_A_TIME * settings.STAKEWATCH_DETECTOR_FETCH_KB * 1_024,
    concurrency: PARTITIONS_AT_A_TIME,
    readAhead: READ_AHEAD,
    commitIntervalMs: COMMIT_INTERVAL_MS,
    inputs: [
      { topic: TOPICS.bettingEvents.name, handler: statefulHandler({ ...driving, stage: () => eventStage({ ...deciding, signalPartitions }) }) },
      { topic: TOPICS.velocitySignals.name, handler: statefulHandler({ ...driving, stage: () => signalStage(deciding) }) },
    ],
  });
  const redis = context.redis();
  return {
    ready: () => notConnected(redis),
    async drain() {
      await consumer.close();
      await producer.close();
      await records.close();
    },
  };
}
