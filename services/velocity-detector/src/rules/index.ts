import type { RuleDefinition } from '@stakewatch/rules';
import { amountOverKyc } from './amount-over-kyc';
import { balanceMismatch } from './balance-mismatch';
import { betBurst } from './bet-burst';
import { depositBurst } from './deposit-burst';
import { depositWithoutPlay } from './deposit-without-play';
import { deviceSharing } from './device-sharing';
import { earlyJackpot } from './early-jackpot';
import { ipSharing } from './ip-sharing';
import { manyCountries } from './many-countries';
import { manyIps } from './many-ips';
import { manyOperators } from './many-operators';
import { phoneSharing } from './phone-sharing';
import { sessionManyIps } from './session-many-ips';
import { stakeOutlier } from './stake-outlier';
import { structuring } from './structuring';
import { winStreak } from './win-streak';
import { withdrawalBurst } from './withdrawal-burst';

/** The built-in library, in the order in which it is listed. `npm run new:rule -- <id>` adds to it. */
export const BUILT_IN_RULES: readonly RuleDefinition[] = [
  amountOverKyc,
  balanceMismatch,
  betBurst,
  depositBurst,
  depositWithoutPlay,
  deviceSharing,
  earlyJackpot,
  ipSharing,
  manyCountries,
  manyIps,
  manyOperators,
  phoneSharing,
  sessionManyIps,
  stakeOutlier,
  structuring,
  winStreak,
  withdrawalBurst,
];
