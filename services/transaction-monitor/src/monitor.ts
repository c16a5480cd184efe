import type { ListMatches } from '@stakewatch/lists';
import type { MonitoredTransaction } from './domain/transaction';
import { isSuspicious } from './engine/codes';
import type { CompiledRule } from './engine/compile';
import { decide, type Verdict } from './engine/decide';
import { type GeoEvidence, type GeoSources, locate } from './geo/evidence';
import type { Entry } from './history/entry';
import type { History } from './history/history';

export interface Histories {
  readonly origin: History;
  readonly destination: History;
  readonly customer: History;
}

export interface Monitored {
  readonly verdict: Verdict;
  readonly geo: GeoEvidence;
  readonly lists: ListMatches;
  /** Histories of which older entries may be missing, so that facts over them are lower bounds. */
  readonly truncatedHistories: number;
}

/** Decides on one transaction and takes it into the histories. Pure but for these: the one evaluator of live decisions and examples. */
export function monitor(transaction: MonitoredTransaction, histories: Histories, rules: readonly CompiledRule[], lists: ListMatches, sources: GeoSources): Monitored {
  const { record } = transaction;
  const geo = locate(sources, record.ip_address, record.location);
  const entry = entryOf(transaction, geo);
  const verdict = decide(rules, { transaction, entry, ...histories, geo, lists });
  const truncatedHistories = [histories.origin, histories.destination, histories.customer].filter(({ truncated }) => truncated).length;
  const kept: Entry = { ...entry, suspicious: isSuspicious(verdict.code) };
  histories.origin.add(kept);
  histories.destination.add({ ...kept, direction: 'in', counterpart: transaction.origin });
  histories.customer.add(kept);
  return { verdict, geo, lists, truncatedHistories };
}

function entryOf({ record, statusClass, destination, customer, name, ip }: MonitoredTransaction, geo: GeoEvidence): Entry {
  return {
    time: record.received_at,
    amountMinor: record.amount_minor,
    currency: record.currency,
    direction: 'out',
    status: statusClass,
    suspicious: false,
    country: geo.country ?? '',
    lat: geo.point?.lat ?? null,
    lon: geo.point?.lon ?? null,
    counterpart: destination,
    customer,
    name,
    ip,
  };
}

