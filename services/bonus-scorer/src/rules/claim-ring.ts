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
  allowed: {
    minMembers: { type: 'integer', unit: 'accounts', min: 2, max: 10_000 },
    windowHours: { type: 'number', unit: 'hours', min: 0.01, max: 8_760 },
    linkThreshold: { type: 'number', unit: 'weight', min: 0.01, max: 10 },
    establishedDays: { type: 'integer', unit: 'days', min: 0, max: 3_650 },
    openedWithinDays: { type: 'number', unit: 'days', min: 0, max: 3_650 },
    weakWindowHours: { type: 'number', unit: 'hours', min: 0.01, max: 8_760 },
    weakAccountDays: { type: 'number', unit: 'days', min: 0, max: 3_650 },
    strong: { type: 'number', unit: 'weight', min: 0, max: 10 },
    ip: { type: 'number', unit: 'weight', min: 0, max: 10 },
    ipMost: { type: 'number', unit: 'weight', min: 0, max: 10 },
    name: { type: 'number', unit: 'weight', min: 0, max: 10 },
    sharedBy: { type: 'integer', unit: 'players', min: 1, max: 10_000 },
  },
  outcome: { severity: 'critical', score: 100, tags: ['multi-account', 'ring'], action: 'reject', alert: true },
  examples: [
    { given: { status: 'activated', ringSize: 3 }, then: 'match' },
    { given: { status: 'activated', ringSize: 2 }, then: 'silent' },
  ],
});
