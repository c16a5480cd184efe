import { defineBonusRule } from './define';

export const sharedPhoneClaim = defineBonusRule({
  id: 'bonus-shared-phone-claim',
  title: 'One bonus claimed by several players of one phone number',
  on: ['activated'],
  when: 'phoneClaimants >= others',
  settings: { others: 1 },
  allowed: { others: { type: 'integer', unit: 'players', min: 1, max: 10_000 } },
  outcome: { severity: 'high', score: 50, tags: ['multi-account'], action: 'score', alert: true },
  examples: [
    { given: { status: 'activated', phoneClaimants: 1 }, then: 'match' },
    { given: { status: 'activated', phoneClaimants: 0 }, then: 'silent' },
  ],
});
