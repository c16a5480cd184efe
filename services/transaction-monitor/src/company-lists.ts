import type { ListEntryRecord, Transaction } from '@stakewatch/contracts';
import { ListIndex, type ListMatches } from '@stakewatch/lists';

/** The part of a control table that is read here. */
export interface ListRecords {
  entries(): IterableIterator<[string, ListEntryRecord]>;
  onChange(listener: (key: string, value: ListEntryRecord | null) => void): () => void;
}

const NONE: ListMatches = { black: [], white: [] };

/** Each company's lists, kept ready for matching as their records change. */
export function createCompanyLists(records: ListRecords): (transaction: Transaction) => ListMatches {
  const indexes = new Map<string, ListIndex>();
  const apply = (key: string, entry: ListEntryRecord | null): void => {
    const companyId = entry?.companyId ?? key.slice(0, key.indexOf('|'));
    let index = indexes.get(companyId);
    if (!index) indexes.set(companyId, (index = new ListIndex()));
    if (entry) index.put(key, entry);
    else index.remove(key);
    if (index.size === 0) indexes.delete(companyId);
  };
  for (const [key, entry] of records.entries()) apply(key, entry);
  records.onChange(apply);
  return (transaction) =>
    indexes.get(transaction.company_id)?.match(
      {
        accounts: [
          { role: 'origin', bankCode: transaction.origin_bank_code, accountNumber: transaction.origin_account_number },
          { role: 'destination', bankCode: transaction.destination_bank_code, accountNumber: transaction.destination_account_number },
        ],
        email: transaction.customer_email,
        name: transaction.customer_name,
        ip: transaction.ip_address,
      },
      transaction.received_at / 1000,
    ) ?? NONE;
}
