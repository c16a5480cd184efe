import { defineTransactionRule } from '../engine/define';

/** An account, bank, e-mail address, name or IP address is on the company's blacklist. */
export const blacklisted = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-blacklisted',
  title: 'On the blacklist',
  description: 'An account, bank, e-mail address, name or IP address of the transaction is on your blacklist and has not expired.',
  facts: { entries: { fact: 'listed', list: 'black' } },
  when: 'entries > 0',
  outcome: { code: 456, score: 100, comment: 'Blacklisted: {match}' },
});
