import { setFlagsFromString } from 'node:v8';
import { CompanyGroupRecord, CONSUMER_GROUPS, RuleRecord, TOPICS } from '@stakewatch/contracts';
import { createPlatformaticProducer, runService, StateBudget, statefulHandler, statefulObserver, WHILE_CALLERS_WAIT } from '@stakewatch/runtime';
import { activityStage } from './activity-stage';
import { ScorerSettings } from './config';
import { createGroups, createPolicies } from './policies';
import { scorerStage, SERVICE } from './scorer-stage';

const ACTIVITY_GROUP = CONSUMER_GROUPS.bonusActivity.name;
const MEGABYTE = 1 << 20;
const DAY_MS = 86_400_000;

// While what is remembered grows, V8 would collect the old generation at every quarter more, and the concurrent part of that takes
// cores that callers wait for: at three quarters more it is a third as often (docs/performance.md, "Decisions while the caller waits").
setFlagsFromString('--heap-growing-percent=75');

void runService({
  name: SERVICE,
  settings: ScorerSettings,
  async start({ settings, log, codec, logger, metrics, ...context }) {
    const admin = await log.admin();
    await admin.ensureTopics(settings.STAKEWATCH_DATA_PARTITIONS, settings.STAKEWATCH_REPLICATION);
    await Promise.all((['bonus-change', 'betting-event', 'decision', 'alert'] as const).map((name) => codec.register(name)));
    const [rules, groups] = await Promise.all([log.table('rules', RuleRecord), log.table('companyGroups', CompanyGroupRecord)]);
    // Answers of all partitions share requests; a call's records for one partition are one batch, so their order is kept.
    const producer = await createPlatformaticProducer({ clientId: SERVICE, brokers: context.brokers });
    const policyFor = createPolicies(rules, (companyId, unfit) => logger.warn({ companyId, unfit }, 'rules left out: they do not pass the check'));
    const deps = { codec, policyFor, groupOf: createGroups(groups) };
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
    const consumers = await Promise.all([
      log.consume({ group: SERVICE, ...WHILE_CALLERS_WAIT, inputs: [{ topic: TOPICS.bonusChanges.name, handler: statefulHandler({ ...common, group: SERVICE, stage: () => scorerStage(deps) }) }] }),
      // A group of its own, so that no backlog of events keeps commands waiting for their fetch.
      log.consume({ group: ACTIVITY_GROUP, inputs: [{ topic: TOPICS.bettingEvents.name, handler: statefulHandler({ ...common, group: ACTIVITY_GROUP, stage: () => activityStage(codec) }) }] }),
    ]);
    return {
      ready: () => null,
      async drain() {
        for (const consumer of consumers) await consumer.close();
        await producer.close();
        await Promise.all([rules.close(), groups.close()]);
      },
    };
  },
});
