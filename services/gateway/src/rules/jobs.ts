import type { RuleCheck, RuleLibrary } from '@stakewatch/control';
import { type TryAnswer, type TryJob, tryJob } from '@stakewatch/rule-library';
import type { GeoSources } from '@stakewatch/transaction-monitor';

/** Work of a length that the caller decides: done beside the thread that answers requests. */
export type RuleJob = { readonly kind: 'check'; readonly definition: unknown } | { readonly kind: 'try'; readonly job: TryJob };
export type RuleJobResult = { readonly kind: 'check'; readonly check: RuleCheck } | { readonly kind: 'try'; readonly answer: TryAnswer };

export function runJob(job: RuleJob, library: RuleLibrary, geo: () => GeoSources): RuleJobResult {
  return job.kind === 'check' ? { kind: 'check', check: library.check(job.definition) } : { kind: 'try', answer: tryJob(job.job, geo) };
}
