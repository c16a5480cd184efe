import { defineBonusRule } from './define';

export const reclaimAfterCancel = defineBonusRule({
  id: 'bonus-reclaim-after-cancel',
  title: 'The same bonus claimed again after it was canceled',
  on: ['activated'],
  when: 'cancels > allowed',
  settings: { allowed: 0 },
  allowed: { allowed: { type: 'integer', unit: 'cancelled bonuses', min: 0, max: 10_000 } },
  outcome: { severity: 'medium', score: 50, tags: ['reclaim'], action: 'score', alert: true },
  examples: [
    { given: { status: 'activated', cancels: 1 }, then: 'match' },
    { given: { status: 'activated', cancels: 0 }, then: 'silent' },
  ],
});
