import type { ListMatches } from '@stakewatch/lists';
import type { MonitoredTransaction } from './domain/transaction';
import { isSuspicious } from './engine/codes';
import type { CompiledRule } from './engine/compile';
import { decide, type Verdict } from './engine/decide';
import type { FactContext } from './facts/compute';
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
  const context = contextOf(transaction, histories, lists, sources);
  const verdict = decide(rules, context);
  const truncatedHistories = [histories.origin, histories.destination, histories.customer].filter(({ truncated }) => truncated).length;
  remember(context, verdict);
  return { verdict, geo: context.geo, lists, truncatedHistories };
}

export type MonitorContext = Omit<FactContext, 'fraudPercentage'>;

/** All that the rules look at, before the transaction is in the histories. */
export function contextOf(transaction: MonitoredTransaction, histories: Histories, lists: ListMatches, sources: GeoSources): MonitorContext {
  const geo = locate(sources, transaction.record.ip_address, transaction.record.location);
  return { transaction, entry: entryOf(transaction, geo), ...histories, geo, lists };
}

/** Takes a transaction that was decided on into the histories. */
export function remember({ transaction, entry, origin, destination, customer }: MonitorContext, { code }: Verdict): void {
  const kept: Entry = { ...entry, suspicious: isSuspicious(code) };
  origin.add(kept);
  destination.add({ ...kept, direction: 'in', counterpart: transaction.origin });
  customer.add(kept);
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

