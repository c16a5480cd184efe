import { defineTransactionRule } from '../engine/define';

/** An account, bank, e-mail address, name or IP address is on the company's whitelist. */
export const whitelisted = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-whitelisted',
  title: 'On the whitelist',
  description: 'An account, bank, e-mail address, name or IP address of the transaction is on your whitelist and has not expired. Only a blacklist entry outranks it.',
  facts: { entries: { fact: 'listed', list: 'white' } },
  when: 'entries > 0',
  outcome: { code: 220, score: 0, comment: 'Whitelisted: {match}' },
});
