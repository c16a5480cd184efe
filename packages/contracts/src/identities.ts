import { hash } from 'node:crypto';

/**
 * Identities derived from what they are about (design.md, "What must always hold" 2): a redelivery repeats them.
 * All are uuid v5 under one namespace; parts are joined by U+0000, which no id contains.
 */
const NAMESPACE = Buffer.from('b6b0f8a26a3e5c0c9f0a6d6a8f6f2b11', 'hex');
const VARIANT = ['8', '9', 'a', 'b'];
/** The namespace and room for what stands after it. */
let bytes = Buffer.concat([NAMESPACE], 1_024);

/** A uuid v5 (RFC 9562, 5.5). Not made by the package: its hash object for each takes three times as long as one call for all. */
function derive(kind: string, ...parts: readonly (string | number)[]): string {
  const name = [kind, ...parts].join('\u0000');
  const most = NAMESPACE.length + 3 * name.length;
  if (most > bytes.length) bytes = Buffer.concat([NAMESPACE], 2 * most);
  const length = NAMESPACE.length + bytes.write(name, NAMESPACE.length);
  const hex = hash('sha1', bytes.subarray(0, length), 'hex');
  const variant = VARIANT[Number.parseInt(hex.charAt(16), 16) & 3] as string;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const alertIdOf = (companyId: string, ruleId: string, mode: 'live' | 'dry_run', subjectType: string, subject: string, currency: string, windowStartMicros: number): string =>
  derive('alert', companyId, ruleId, mode, subjectType, subject, currency, windowStartMicros);

export const decisionIdOf = (companyId: string, service: string, kind: string, subjectId: string): string =>
  derive('decision', companyId, service, kind, subjectId);

/** The same company and transaction_id are the same transaction (spec README, "Transactions"). */
export const transactionUuidOf = (companyId: string, transactionId: string): string => derive('transaction', companyId, transactionId);

/** The decision on a transaction, by the company's own id of it. */
export const transactionDecisionIdOf = (companyId: string, transactionId: string): string => decisionIdOf(companyId, 'transaction-monitor', 'transaction', transactionId);

/** The decision on a bonus change, by its id in the API (bonusChangeIdOf). */
export const bonusDecisionIdOf = (companyId: string, changeId: string): string => decisionIdOf(companyId, 'bonus-scorer', 'bonus.change', changeId);

/** Said again later it is another label: `labelledAt` (microseconds) is part of it. */
export const labelIdOf = (companyId: string, subjectId: string, label: string, by: string, labelledAt: number): string => derive('label', companyId, subjectId, label, by, labelledAt);

/** The webhook-id header: one message to one endpoint, whatever the number of attempts. */
export const deliveryIdOf = (alertId: string, revision: number, endpointId: string): string =>
  derive('delivery', alertId, revision, endpointId);

export const attemptIdOf = (deliveryId: string, reason: 'schedule' | 'resend', attempt: number | string): string =>
  derive('attempt', deliveryId, reason, attempt);

/** Identity of the notice that an endpoint was disabled; `updatedAt` is that of the endpoint's record before. Stands where a delivery has its alert id. */
export const noticeIdOf = (endpointId: string, updatedAt: string): string => derive('endpoint-disabled', endpointId, updatedAt);

/** Identity of the notice that an endpoint only fails; `since` (milliseconds) is that of the first failure since its last success. */
export const failingNoticeIdOf = (endpointId: string, since: number): string => derive('endpoint-failing', endpointId, since);

/** Identity of a bonus change: the same transaction sent again is the same change. */
export const bonusChangeUuidOf = (companyId: string, txnId: string): string => derive('bonus-change', companyId, txnId);

/** Ids of the bonus change document have 24 hex digits. */
export const bonusChangeIdOf = (companyId: string, txnId: string): string => bonusChangeUuidOf(companyId, txnId).replaceAll('-', '').slice(0, 24);

/** One applicant per player of a company, on every change. */
export const applicantIdOf = (companyId: string, playerId: string): string => derive('applicant', companyId, playerId).replaceAll('-', '').slice(0, 24);
