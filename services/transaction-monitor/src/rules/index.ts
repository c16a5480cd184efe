import type { TransactionRule } from '../engine/definition';
import { amountTooHigh } from './amount-too-high';
import { approved } from './approved';
import { blacklisted } from './blacklisted';
import { dormantAccount } from './dormant-account';
import { fanIn } from './fan-in';
import { fanOut } from './fan-out';
import { highRiskTogether } from './high-risk-together';
import { impossibleTravel } from './impossible-travel';
import { ipElsewhere } from './ip-elsewhere';
import { justBelow } from './just-below';
import { knownCustomer } from './known-customer';
import { lowRisk } from './low-risk';
import { newBeneficiary } from './new-beneficiary';
import { passThrough } from './pass-through';
import { pending } from './pending';
import { processed } from './processed';
import { recurring } from './recurring';
import { repeatedFailures } from './repeated-failures';
import { roundAmount } from './round-amount';
import { trusted } from './trusted';
import { unusualAmount } from './unusual-amount';
import { unusualCountry } from './unusual-country';
import { velocityCount } from './velocity-count';
import { velocityCustomer } from './velocity-customer';
import { velocitySum } from './velocity-sum';
import { whitelisted } from './whitelisted';

/** The built-in rules, gravest code first. Adding one is one file, and one line here. */
export const TRANSACTION_RULES: readonly TransactionRule[] = [
  blacklisted,
  whitelisted,
  highRiskTogether,
  passThrough,
  amountTooHigh,
  velocityCount,
  velocityCustomer,
  velocitySum,
  repeatedFailures,
  ipElsewhere,
  impossibleTravel,
  unusualCountry,
  unusualAmount,
  dormantAccount,
  fanOut,
  fanIn,
  justBelow,
  roundAmount,
  newBeneficiary,
  trusted,
  recurring,
  knownCustomer,
  lowRisk,
  pending,
  approved,
  processed,
];
