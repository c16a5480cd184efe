import type { Transaction } from '@stakewatch/contracts';
import type { Verdict } from './engine/decide';

/** Document 003, "201 Created Response"; fraud_percentage is the percentage that its first sentence promises. */
export interface TransactionAnswer {
  readonly status: 'Success';
  readonly data: {
    readonly activity_code: string;
    /** The transaction's own status, as sent. */
    readonly status: string;
    /** Every reason, the one that decided first. */
    readonly comment: readonly string[];
    /** 0 to 100. */
    readonly fraud_percentage: number;
  };
  readonly message: string;
}

export function answerOf(transaction: Transaction, { code, comments, fraudPercentage }: Verdict): TransactionAnswer {
  return {
    status: 'Success',
    data: { activity_code: String(code), status: transaction.status, comment: comments, fraud_percentage: fraudPercentage },
    message: 'Transaction was successfully processed',
  };
}
