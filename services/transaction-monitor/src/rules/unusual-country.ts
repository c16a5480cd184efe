import { defineTransactionRule } from '../engine/define';

/** A customer known to be in one place is suddenly in another country. */
export const unusualCountry = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-unusual-country',
  title: 'Country never seen of this customer',
  description: 'The customer has ordered so many transactions from known countries, and none of them from this one.',
  facts: {
    elsewhere: { fact: 'count', of: 'customer', excludingThis: true, where: { located: true } },
    here: { fact: 'count', of: 'customer', excludingThis: true, where: { located: true, same: ['country'] } },
  },
  when: 'country != "" && elsewhere >= least && here == 0.0',
  settings: { least: 5 },
  allowed: { least: { type: 'integer', unit: 'transactions', min: 1, max: 10_000 } },
  outcome: { code: 454, score: 45, comment: 'Unusual location: none of the {elsewhere} earlier transactions of the customer came from {country}' },
  examples: [
    { given: [{ location: 'San Francisco, CA', repeat: 5, after: 600 }, { location: 'Paris, France', after: 86_400 }], then: 'holds' },
    { given: [{ location: 'San Francisco, CA', repeat: 4, after: 600 }, { location: 'Paris, France', after: 86_400 }], then: 'silent' },
    { given: [{ location: 'San Francisco, CA', repeat: 5, after: 600 }, { location: 'somewhere', after: 86_400 }], then: 'silent' },
  ],
});
