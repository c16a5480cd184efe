import { setFlagsFromString } from 'node:v8';
import { CompanyGroupRecord, CONSUMER_GROUPS, RuleRecord, TOPICS } from '@stakewatch/contracts';
import { createPlatformaticProducer, notConnected, runService, StateBudget, statefulHandler, statefulObserver, type TopicPartition, WHILE_CALLERS_WAIT } from '@stakewatch/runtime';
import { ActivityProgress } from './activity-progress';
import { activityStage } from './activity-stage';
import { ScorerSettings } from './config';
import { createGroups, createPolicies } from './policies';
import { scorerStage, SERVICE } from './scorer-stage';

const ACTIVITY_GROUP = CONSUMER_GROUPS.bonusActivity.name;
const MEGABYTE = 1 << 20;
const DAY_MS = 86_400_000;
/** On a backlog, what is read of events and packed is several times as large in memory as on the wire. */
const SMALL_FETCHES = { maxBytesPerPartition: 262_144, maxBytes: 1_048_576 };

/** A record has up to 500 events packed: a command behind them waits for their batch, and the states of its players are all in memory. */
const READ_AHEAD = { ...WHILE_CALLERS_WAIT.readAhead, batchBytes: 262_144, roomBytes: 1_048_576 };

// While what is remembered grows, V8 would collect the old generation at every quarter more, and the concurrent part of that takes
// cores that callers wait for: at a third more it is less often (docs/performance.md, "Decisions while the caller waits").
setFlagsFromString('--heap-growing-percent=35');

void runService({
  name: SERVICE,
  settings: ScorerSettings,
  async start({ settings, log, codec, logger, metrics, ...context }) {
    const admin = await log.admin();
    await admin.ensureTopics(settings.STAKEWATCH_DATA_PARTITIONS, settings.STAKEWATCH_REPLICATION);
    await Promise.all((['bonus-change', 'betting-event', 'decision', 'alert', 'processing-progress'] as const).map((name) => codec.register(name)));
    const [rules, groups] = await Promise.all([log.table('rules', RuleRecord), log.table('companyGroups', CompanyGroupRecord)]);
    // Answers of all partitions share requests; a call's records for one partition are one batch, so their order is kept.
    const producer = await createPlatformaticProducer({ clientId: SERVICE, brokers: context.brokers });
    const policyFor = createPolicies(rules, (companyId, unfit) => logger.warn({ companyId, unfit }, 'rules left out: they do not pass the check'));
    const deps = { codec, policyFor, groupOf: createGroups(groups), evidenceDays: settings.STAKEWATCH_BONUS_EVIDENCE_DAYS };
    const common = {
      store: context.stateStore(),
      producer,
      deadLetters: context.deadLetters(producer),
      codec,
      budget: new StateBudget(settings.STAKEWATCH_BONUS_STATE_MB * MEGABYTE),
      admin,
      rebuildWindowMs: settings.STAKEWATCH_BONUS_REBUILD_DAYS * DAY_MS,
      observer: statefulObserver(metrics, logger),
      nowMicros: () => Date.now() * 1000,
    };
    const progress = new ActivityProgress({
      codec,
      producer,
      admin,
      partitions: await admin.partitionCount(TOPICS.bonusChanges.name),
      nowMillis: Date.now,
      onTrouble: (error) => logger.warn({ error: (error as Error).message }, 'how far the rules have come cannot be told; it will be tried again'),
    });
    const activity = (at: TopicPartition) => progress.follow(at, (following) => statefulHandler({ ...common, producer: following, group: ACTIVITY_GROUP, stage: () => activityStage(codec) })(at));
    const consumers = await Promise.all([
      log.consume({ group: SERVICE, ...WHILE_CALLERS_WAIT, readAhead: READ_AHEAD, inputs: [{ topic: TOPICS.bonusChanges.name, handler: statefulHandler({ ...common, group: SERVICE, stage: () => scorerStage(deps) }) }] }),
      // A group of its own, so that no backlog of events keeps commands waiting for their fetch. Opened without waiting for an event:
      // what the owner before had not told of its last ones is told at once.
      log.consume({ group: ACTIVITY_GROUP, openOnAssignment: true, ...SMALL_FETCHES, inputs: [{ topic: TOPICS.bettingEvents.name, handler: activity }] }),
    ]);
    const redis = context.redis();
    return {
      ready: () => notConnected(redis),
      async drain() {
        for (const consumer of consumers) await consumer.close();
        await progress.close();
        await producer.close();
        await Promise.all([rules.close(), groups.close()]);
      },
    };
  },
});
