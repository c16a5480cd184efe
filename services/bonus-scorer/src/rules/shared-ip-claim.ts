import { defineBonusRule } from './define';

export const sharedIpClaim = defineBonusRule({
  id: 'bonus-shared-ip-claim',
  title: 'One bonus claimed by several players of one IP address',
  on: ['activated'],
  when: 'ipClaimants >= others',
  settings: { others: 3 },
  allowed: { others: { type: 'integer', unit: 'players', min: 1, max: 10_000 } },
  outcome: { severity: 'low', score: 20, tags: ['multi-account'], action: 'score', alert: true },
  examples: [
    { given: { status: 'activated', ipClaimants: 3 }, then: 'match' },
    { given: { status: 'activated', ipClaimants: 2 }, then: 'silent' },
  ],
});
