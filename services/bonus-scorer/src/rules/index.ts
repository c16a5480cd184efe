import type { BonusRule } from '../domain/rule';
import { amountOverMax } from './amount-over-max';
import { betOverMax } from './bet-over-max';
import { claimRing } from './claim-ring';
import { earlyWithdrawal } from './early-withdrawal';
import { gnoming } from './gnoming';
import { lowRiskWagering } from './low-risk-wagering';
import { operatorHunting } from './operator-hunting';
import { oppositeBets } from './opposite-bets';
import { reclaimAfterCancel } from './reclaim-after-cancel';
import { requirementEdge } from './requirement-edge';
import { sharedDeviceClaim } from './shared-device-claim';
import { sharedIpClaim } from './shared-ip-claim';
import { sharedPaymentClaim } from './shared-payment-claim';
import { sharedPhoneClaim } from './shared-phone-claim';

export { RING_RULE_ID } from './claim-ring';

/** The built-in rules, in the order in which answers list them. */
export const BUILT_IN_RULES: readonly BonusRule[] = [
  amountOverMax,
  betOverMax,
  earlyWithdrawal,
  reclaimAfterCancel,
  sharedDeviceClaim,
  sharedPhoneClaim,
  sharedPaymentClaim,
  sharedIpClaim,
  claimRing,
  oppositeBets,
  lowRiskWagering,
  requirementEdge,
  operatorHunting,
  gnoming,
];
