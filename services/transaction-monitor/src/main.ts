import { setFlagsFromString } from 'node:v8';
import { ListEntryRecord, RuleRecord, TOPICS } from '@stakewatch/contracts';
import { createPlatformaticProducer, notConnected, runService, StateBudget, statefulHandler, statefulObserver, WHILE_CALLERS_WAIT } from '@stakewatch/runtime';
import { createCompanyLists } from './company-lists';
import { createCompanyRules } from './company-rules';
import { MonitorSettings } from './config';
import { loadIpCountries } from './geo/ip-country';
import { loadGazetteer } from './geo/load-gazetteer';
import { monitorStage, SERVICE } from './monitor-stage';
import { monitorObserver } from './observe';
import { TRANSACTION_RULES } from './rules';

const MEGABYTE = 1 << 20;
const DAY_MS = 86_400_000;

// While what is remembered grows, V8 would collect the old generation at every quarter more, and the concurrent part of that takes
// cores that callers wait for: at three quarters more it is a third as often (docs/performance.md, "Decisions while the caller waits").
setFlagsFromString('--heap-growing-percent=75');

void runService({
  name: SERVICE,
  settings: MonitorSettings,
  async start({ settings, log, codec, logger, metrics, ...context }) {
    const admin = await log.admin();
    await admin.ensureTopics(settings.STAKEWATCH_DATA_PARTITIONS, settings.STAKEWATCH_REPLICATION);
    await Promise.all((['transaction', 'decision'] as const).map((name) => codec.register(name)));
    const [rules, lists] = await Promise.all([log.table('rules', RuleRecord), log.table('lists', ListEntryRecord)]);
    // Answers of all partitions share requests; a call's records for one partition are one batch, so their order is kept.
    const producer = await createPlatformaticProducer({ clientId: SERVICE, brokers: context.brokers });
    const deps = {
      codec,
      geo: { ips: loadIpCountries(), gazetteer: loadGazetteer() },
      rulesFor: createCompanyRules(TRANSACTION_RULES, rules, (companyId, unfit) => logger.warn({ companyId, unfit }, 'rules or settings left out: they do not pass the check')),
      listed: createCompanyLists(lists),
      observe: monitorObserver(metrics, TRANSACTION_RULES),
    };
    const consumer = await log.consume({
      group: SERVICE,
      ...WHILE_CALLERS_WAIT,
      inputs: [
        {
          topic: TOPICS.transactions.name,
          handler: statefulHandler({
            group: SERVICE,
            stage: () => monitorStage(deps),
            store: context.stateStore(),
            producer,
            deadLetters: context.deadLetters(producer),
            codec,
            budget: new StateBudget(settings.STAKEWATCH_TRANSACTION_STATE_MB * MEGABYTE),
            admin,
            rebuildWindowMs: settings.STAKEWATCH_TRANSACTION_REBUILD_DAYS * DAY_MS,
            observer: statefulObserver(metrics, logger),
            nowMicros: () => Date.now() * 1000,
          }),
        },
      ],
    });
    const redis = context.redis();
    return {
      ready: () => notConnected(redis),
      async drain() {
        await consumer.close();
        await producer.close();
        await Promise.all([rules.close(), lists.close()]);
      },
    };
  },
});
