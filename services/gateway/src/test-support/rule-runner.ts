import { createRuleLibrary } from '@stakewatch/rule-library';
import { EXAMPLE_WORLD } from '@stakewatch/transaction-monitor';
import { runJob } from '../rules/jobs';
import type { RuleRunner } from '../rules/runner';

const library = createRuleLibrary();

/** Runs jobs on the test's own thread, with a small world; through a clone, as they would pass to another thread. */
export const localRuleRunner: RuleRunner = {
  run: async (_companyId, job) => runJob(structuredClone(job), library, () => EXAMPLE_WORLD),
};
