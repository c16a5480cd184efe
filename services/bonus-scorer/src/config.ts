import { Type } from '@sinclair/typebox';

/** Settings of the scorer, besides those that every service has. */
export const ScorerSettings = Type.Object({
  STAKEWATCH_BONUS_STATE_MB: Type.Integer({ minimum: 16, maximum: 65_536, default: 96, description: 'Memory for the evidence of the companies whose partitions this process owns, in MiB. What ties the accounts of a company that is active, 1 to 2 KB a player of the last STAKEWATCH_BONUS_EVIDENCE_DAYS, stays in memory in any case; events of the last two days are read from Redis where they do not fit.' }),
  STAKEWATCH_BONUS_EVIDENCE_DAYS: Type.Integer({ minimum: 31, maximum: 3_650, default: 60, description: 'Days without a sign of a player after which, within 32 more, its devices, phones, payment accounts, IPs and names tie it to nobody any more. The facts look 30 days back; give more where a ring rule looks farther.' }),
  STAKEWATCH_BONUS_REBUILD_DAYS: Type.Integer({ minimum: 1, maximum: 365, default: 35, description: 'How far back the log is read again when Redis has lost the state.' }),
});
