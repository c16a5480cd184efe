import { defineBonusRule } from './define';

export const gnoming = defineBonusRule({
  id: 'bonus-gnoming',
  title: 'New accounts of one device that claim and stop',
  on: ['activated'],
  when: 'gnomes >= accounts && activeDaysBefore < established',
  settings: { accounts: 2, established: 5 },
  allowed: { accounts: { type: 'integer', unit: 'accounts', min: 1, max: 10_000 }, established: { type: 'integer', unit: 'days', min: 0, max: 3_650 } },
  outcome: { severity: 'high', score: 70, tags: ['multi-account', 'gnoming'], action: 'score', alert: true },
  examples: [
    { given: { status: 'activated', gnomes: 2 }, then: 'match' },
    { given: { status: 'activated', gnomes: 1 }, then: 'silent' },
    { given: { status: 'activated', gnomes: 3, activeDaysBefore: 20 }, then: 'silent' },
  ],
});
