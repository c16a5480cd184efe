import { RING_DEFAULTS } from '../domain/rings';
import { defineBonusRule } from './define';

export const RING_RULE_ID = 'bonus-claim-ring';

/** Its settings also say what makes a ring; see RingSettings. */
export const claimRing = defineBonusRule({
  id: RING_RULE_ID,
  version: 2,
  title: 'Bonus claimed by a ring of linked accounts',
  on: ['activated', 'finished'],
  when: 'ringSize >= minMembers',
  settings: { ...RING_DEFAULTS },
  outcome: { severity: 'critical', score: 100, tags: ['multi-account', 'ring'], action: 'reject', alert: true },
  examples: [
    { given: { status: 'activated', ringSize: 3 }, then: 'match' },
    { given: { status: 'activated', ringSize: 2 }, then: 'silent' },
  ],
});
