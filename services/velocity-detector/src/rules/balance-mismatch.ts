import { defineRule, EVENT_TYPE_CODES, MONEY_TERMS } from '@stakewatch/rules';

/** What the balance should have moved by (document 000, "Event Types Reference": a lost bet was already deducted when placed). */
const expected = "(event.event_type == 'BET_LOST' ? 0.0 : event.event_type in outgoing ? -event.amount : event.amount)";

/** Flags a balance that does not add up. */
export const balanceMismatch = defineRule({
  id: 'balance-mismatch',
  version: 1,
  title: "Balance that doesn't add up",
  description: 'balance_before and amount do not give balance_after: a fault in the wallet, or a balance that was tampered with. Events without balances are not judged, nor is bonus money, which has wallets of its own.',
  per: 'player',
  on: ['DEPOSIT', 'WITHDRAWAL', 'BET_PLACED', 'BET_WON', 'BET_LOST', 'REFUND', 'CASHOUT', 'JACKPOT'],
  facts: {},
  when: `abs(event.balance_after - event.balance_before - ${expected}) > tolerance`,
  settings: { tolerance: 0, outgoing: ['WITHDRAWAL', 'BET_PLACED'] },
  allowed: { tolerance: MONEY_TERMS, outgoing: { type: 'list', of: EVENT_TYPE_CODES } },
  outcome: { severity: 'critical', score: 70, tags: ['wallet', 'integrity'] },
  examples: [
    { name: 'adds up', given: [{ type: 'BET_PLACED', amount: 5_000, balance_before: 15_000, balance_after: 10_000 }], then: 'silent' },
    { name: 'one too many', given: [{ type: 'BET_PLACED', amount: 5_000, balance_before: 15_000, balance_after: 10_001 }], then: 'alert' },
    { name: 'a deposit that was taken off', given: [{ type: 'DEPOSIT', amount: 5_000, balance_before: 15_000, balance_after: 10_000 }], then: 'alert' },
    { name: 'a loss, already deducted', given: [{ type: 'BET_LOST', amount: 5_000, balance_before: 10_000, balance_after: 10_000 }], then: 'silent' },
    { name: 'no balances', given: [{ type: 'DEPOSIT', amount: 5_000 }], then: 'silent' },
    { name: 'half the balances', given: [{ type: 'DEPOSIT', amount: 5_000, balance_after: 10_000 }], then: 'silent' },
  ],
});
