import { defineBonusRule } from './define';

export const operatorHunting = defineBonusRule({
  id: 'bonus-operator-hunting',
  title: 'Bonuses hunted across operators of one group',
  on: ['activated'],
  when: 'otherOperators >= operators',
  settings: { operators: 2 },
  allowed: { operators: { type: 'integer', unit: 'operators', min: 1, max: 10_000 } },
  outcome: { severity: 'medium', score: 40, tags: ['hunting'], action: 'score', alert: true },
  examples: [
    { given: { status: 'activated', otherOperators: 2 }, then: 'match' },
    { given: { status: 'activated', otherOperators: 1 }, then: 'silent' },
  ],
});
