import { bonusChangeIdOf, bonusDecisionIdOf, transactionDecisionIdOf } from '@stakewatch/contracts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const BONUS_CHANGE_ID = /^[0-9a-f]{24}$/;
const TRANSACTION = 'transaction:';
const BONUS = 'bonus:';
/** Longest id of a transaction or a txnId. */
const MAX_OWN_ID = 100;

/**
 * The uuid of the decision or alert that a caller means: the uuid itself, a bonus change's id, `transaction:<transaction_id>` or `bonus:<txnId>`.
 * Null for what can be no id. Nothing is looked up: decisions' uuids derive from what they are about, within the company's scope.
 */
export function decisionUuid(scope: string, sent: string): string | null {
  const lower = sent.toLowerCase();
  if (UUID.test(lower)) return lower;
  if (BONUS_CHANGE_ID.test(lower)) return bonusDecisionIdOf(scope, lower);
  const transaction = ownId(sent, TRANSACTION);
  if (transaction !== null) return transactionDecisionIdOf(scope, transaction);
  const bonus = ownId(sent, BONUS);
  return bonus === null ? null : bonusDecisionIdOf(scope, bonusChangeIdOf(scope, bonus));
}

function ownId(sent: string, prefix: string): string | null {
  const id = sent.startsWith(prefix) ? sent.slice(prefix.length) : '';
  return id === '' || id.length > MAX_OWN_ID ? null : id;
}
