import { bonusChangeIdOf, bonusDecisionIdOf, transactionDecisionIdOf } from '@stakewatch/contracts';
import { hasAtMost } from '../app/characters';
import { MAX_TXN_ID } from '../bonus-changes/schema';
import { MAX_TRANSACTION_ID } from '../transactions/schema';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const BONUS_CHANGE_ID = /^[0-9a-f]{24}$/;
const TRANSACTION = 'transaction:';
const BONUS = 'bonus:';
/** Longest id of any kind, prefix and all. */
export const MAX_ID = Math.max(TRANSACTION.length + MAX_TRANSACTION_ID, BONUS.length + MAX_TXN_ID);

/**
 * The uuid of the decision or alert that a caller means: the uuid itself, a bonus change's id, `transaction:<transaction_id>` or `bonus:<txnId>`.
 * Null for what can be no id. Nothing is looked up: decisions' uuids derive from what they are about, within the company's scope.
 */
export function decisionUuid(scope: string, sent: string): string | null {
  const lower = sent.toLowerCase();
  if (UUID.test(lower)) return lower;
  if (BONUS_CHANGE_ID.test(lower)) return bonusDecisionIdOf(scope, lower);
  const transaction = ownId(sent, TRANSACTION, MAX_TRANSACTION_ID);
  if (transaction !== null) return transactionDecisionIdOf(scope, transaction);
  const bonus = ownId(sent, BONUS, MAX_TXN_ID);
  return bonus === null ? null : bonusDecisionIdOf(scope, bonusChangeIdOf(scope, bonus));
}

function ownId(sent: string, prefix: string, most: number): string | null {
  const id = sent.startsWith(prefix) ? sent.slice(prefix.length) : '';
  return id === '' || !hasAtMost(id, most) ? null : id;
}
