import { defineBonusRule } from './define';

export const sharedDeviceClaim = defineBonusRule({
  id: 'bonus-shared-device-claim',
  title: 'One bonus claimed by several players of one device',
  on: ['activated'],
  when: 'deviceClaimants >= others',
  settings: { others: 1 },
  allowed: { others: { type: 'integer', unit: 'players', min: 1, max: 10_000 } },
  outcome: { severity: 'high', score: 50, tags: ['multi-account'], action: 'score', alert: true },
  examples: [
    { given: { status: 'activated', deviceClaimants: 1 }, then: 'match' },
    { given: { status: 'activated', deviceClaimants: 0 }, then: 'silent' },
  ],
});
