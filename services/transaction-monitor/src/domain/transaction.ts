import { hash } from 'node:crypto';
import type { Transaction } from '@stakewatch/contracts';
import { accountKey, mailboxOf, nameWords } from '@stakewatch/lists';
import { hash64, hex64 } from './hashes';
import { type StatusClass, statusClass } from './status';

/** A transaction with what the rules look at, normalised once. */
export interface MonitoredTransaction {
  readonly record: Transaction;
  readonly statusClass: StatusClass;
  readonly origin: bigint;
  readonly destination: bigint;
  readonly customer: bigint;
  readonly name: bigint;
  readonly ip: bigint;
  /** Keys of the histories it belongs to, within the partition's state. */
  readonly keys: { readonly answer: string; readonly origin: string; readonly destination: string; readonly customer: string };
}

/** Everything but when it was received: a transaction sent again is the same when this is. */
const CONTENT = [
  'transaction_id', 'amount_minor', 'currency', 'transaction_type', 'account_type', 'status', 'origin_account_number', 'origin_bank_code',
  'destination_account_number', 'destination_bank_code', 'customer_name', 'customer_email', 'ip_address', 'location', 'transaction_description',
] as const satisfies readonly (keyof Transaction)[];

export function contentHash(transaction: Transaction): string {
  return hash('sha256', JSON.stringify(CONTENT.map((field) => transaction[field])), 'hex').slice(0, 32);
}

export function monitored(record: Transaction): MonitoredTransaction {
  const scope = record.company_id;
  const origin = accountKey(record.origin_bank_code, record.origin_account_number);
  const destination = accountKey(record.destination_bank_code, record.destination_account_number);
  const mailbox = mailboxOf(record.customer_email) ?? record.customer_email;
  return {
    record,
    statusClass: statusClass(record.status),
    origin: hash64(origin),
    destination: hash64(destination),
    customer: hash64(mailbox),
    name: hash64(nameWords(record.customer_name).join(' ')),
    ip: hash64(record.ip_address),
    keys: {
      answer: `answer|${scope}|${hex64(record.transaction_id)}${hex64(`2${record.transaction_id}`)}`,
      origin: `account|${scope}|${hex64(origin)}`,
      destination: `account|${scope}|${hex64(destination)}`,
      customer: `customer|${scope}|${hex64(mailbox)}`,
    },
  };
}

/** Hour of the day, UTC. */
export const hourOf = ({ received_at: receivedAt }: Transaction): number => new Date(receivedAt / 1000).getUTCHours();
