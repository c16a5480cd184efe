import { defineTransactionRule } from '../engine/define';

/** Several suspicions that are each moderate make a grave one together. */
export const highRiskTogether = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-high-risk',
  title: 'High risk: several suspicions together',
  description: 'The fraud percentage that the other rules make together reaches the threshold. Also the plainest way to say from which percentage on you want to hear 451.',
  facts: { percentage: { fact: 'fraudPercentage' } },
  when: 'percentage >= threshold',
  settings: { threshold: 80 },
  allowed: { threshold: { type: 'number', unit: 'per cent', min: 1, max: 100 } },
  outcome: { code: 451, score: 0, comment: 'High risk: a fraud percentage of {percentage}, at least {threshold}' },
  examples: [
    { name: 'too much, and by an account that others use from elsewhere', given: [{ amount: 12_000, location: 'Paris, France', ip_address: '8.8.8.8' }], then: 'holds' },
    { name: 'only too much', given: [{ amount: 12_000 }], then: 'silent' },
  ],
});
