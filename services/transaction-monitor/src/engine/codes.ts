/** Activity codes of document 003, in the order in which they win when several apply (spec README, "Transactions"). */
export const ACTIVITY_CODES = {
  456: 'Blacklisted Account or Entity',
  220: 'Whitelisted Entity',
  451: 'High-Risk Transaction',
  455: 'Transaction Amount Too High',
  453: 'Velocity Check Failed',
  457: 'Repeated Failed Transactions',
  454: 'Geographic Inconsistency',
  452: 'Unusual Transaction Behavior',
  450: 'Suspicious Transaction Detected',
  210: 'Trusted Transaction',
  212: 'Recurring Transaction Approved',
  221: 'Known Customer',
  211: 'Low-Risk Transaction',
  202: 'Transaction Pending Review',
  200: 'Transaction Approved',
  201: 'Transaction Successfully Processed',
} as const;
export type ActivityCode = keyof typeof ACTIVITY_CODES;

export const WINNING_ORDER: readonly ActivityCode[] = [456, 220, 451, 455, 453, 457, 454, 452, 450, 210, 212, 221, 211, 202, 200, 201];
const RANK = new Map(WINNING_ORDER.map((code, rank) => [code, rank]));

export const rankOf = (code: ActivityCode): number => RANK.get(code) as number;
export const isSuspicious = (code: ActivityCode): boolean => code >= 450;
