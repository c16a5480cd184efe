import { defineBonusRule } from './define';

export const sharedPaymentClaim = defineBonusRule({
  id: 'bonus-shared-payment-claim',
  title: 'One bonus claimed by several players of one payment account',
  on: ['activated'],
  when: 'paymentClaimants >= others',
  settings: { others: 1 },
  allowed: { others: { type: 'integer', unit: 'players', min: 1, max: 10_000 } },
  outcome: { severity: 'high', score: 50, tags: ['multi-account'], action: 'score', alert: true },
  examples: [
    { given: { status: 'activated', paymentClaimants: 1 }, then: 'match' },
    { given: { status: 'activated', paymentClaimants: 0 }, then: 'silent' },
  ],
});
