import type { ListMatches } from '@stakewatch/lists';
import { durationMicros } from '@stakewatch/rules';
import type { MonitoredTransaction } from '../domain/transaction';
import type { Resolved } from '../engine/settings';
import { distanceKm } from '../geo/distance';
import type { GeoEvidence } from '../geo/evidence';
import type { Entry } from '../history/entry';
import type { History } from '../history/history';
import type { FactDefinition, LogName, Where } from './definition';
import { seriesLength } from './series';

/** All that a rule's facts are computed from: the transaction at hand, what came before it, and where it was made. */
export interface FactContext {
  readonly transaction: MonitoredTransaction;
  /** The transaction as the origin's history will keep it. */
  readonly entry: Entry;
  readonly origin: History;
  readonly destination: History;
  readonly customer: History;
  readonly geo: GeoEvidence;
  readonly lists: ListMatches;
  readonly fraudPercentage: number;
}

export type ResolvedSettings = Readonly<Record<string, Resolved>>;

const MICROS_PER_DAY = 86_400_000_000;
const MICROS_PER_HOUR = 3_600_000_000;
/** Two transactions at the same moment would make any distance an infinite speed; a minute is what clocks and queues differ by. */
const LEAST_TRAVEL_MICROS = 60_000_000;

export function computeFact(fact: FactDefinition, context: FactContext, settings: ResolvedSettings): number {
  switch (fact.fact) {
    case 'count':
      return selected(fact, context, settings).length;
    case 'sum':
    case 'max':
    case 'mean':
    case 'deviation':
      return ofAmounts(fact.fact, amountsOf(selected(fact, context, settings), context.entry.currency));
    case 'distinct':
      return new Set(selected(fact, context, settings).map((entry) => entry[fact.field]).filter((value) => value !== '')).size;
    case 'daysSinceLast': {
      const times = logOf(fact.of, context).map(({ time }) => time);
      return times.length === 0 ? 0 : Math.max(0, context.entry.time - Math.max(...times)) / MICROS_PER_DAY;
    }
    case 'series':
      return seriesLength(logOf('pair', context), context.entry, {
        amountTolerance: Number(settings[fact.amountTolerance]),
        intervalTolerance: Number(settings[fact.intervalTolerance]),
        leastMicros: durationMicros(String(settings[fact.least])) ?? 0,
      });
    case 'travelKm':
      return travel(context).km;
    case 'travelSpeed':
      return travel(context).speed;
    case 'geoConflict':
      return context.geo.conflict(Number(settings[fact.km])) ? 1 : 0;
    case 'multipleOf': {
      const unit = Number(settings[fact.amount]);
      return unit > 0 && context.entry.amountMinor % unit === 0 ? context.entry.amountMinor / unit : 0;
    }
    case 'listed':
      return context.lists[fact.list].length;
    case 'fraudPercentage':
      return context.fraudPercentage;
  }
}

interface Selection {
  readonly of: LogName;
  readonly within?: string | { readonly setting: string };
  readonly where?: Where;
  readonly excludingThis?: boolean;
}

/** Entries that a fact looks at. The window is open at its start; what another gateway's clock put after this one still came before it. */
function selected({ of, within, where, excludingThis }: Selection, context: FactContext, settings: ResolvedSettings): Entry[] {
  const duration = within === undefined ? null : durationMicros(typeof within === 'string' ? within : String(settings[within.setting]));
  const since = duration === null ? Number.NEGATIVE_INFINITY : context.entry.time - duration;
  const wanted = where === undefined ? () => true : whereTest(where, context, settings);
  const entries = logOf(of, context).filter((entry) => entry.time > since && wanted(entry));
  if (!excludingThis && of !== 'incoming' && wanted(context.entry)) entries.push(context.entry);
  return entries;
}

function logOf(name: LogName, { origin, destination, customer, entry }: FactContext): readonly Entry[] {
  switch (name) {
    case 'sent':
      return origin.all.filter(({ direction }) => direction === 'out');
    case 'incoming':
      return origin.all.filter(({ direction }) => direction === 'in');
    case 'received':
      return destination.all.filter(({ direction }) => direction === 'in');
    case 'pair':
      return origin.all.filter(({ direction, counterpart }) => direction === 'out' && counterpart === entry.counterpart);
    case 'customer':
      return customer.all;
  }
}

function whereTest(where: Where, { entry: current }: FactContext, settings: ResolvedSettings): (entry: Entry) => boolean {
  const bound = (each: { setting: string; times?: number } | undefined, otherwise: number) => (each === undefined ? otherwise : Number(settings[each.setting]) * (each.times ?? 1));
  const amount = where.amount;
  const [atLeast, above] = [bound(amount?.atLeast, Number.NEGATIVE_INFINITY), bound(amount?.above, Number.NEGATIVE_INFINITY)];
  const [atMost, below] = [bound(amount?.atMost, Number.POSITIVE_INFINITY), bound(amount?.below, Number.POSITIVE_INFINITY)];
  return (entry) =>
    (where.status === undefined || where.status.includes(entry.status)) &&
    (where.suspicious === undefined || where.suspicious === entry.suspicious) &&
    ((where.sameCurrency === undefined && amount === undefined) || entry.currency === current.currency) &&
    (where.located === undefined || entry.country !== '') &&
    (where.same ?? []).every((field) => entry[field] === current[field]) &&
    entry.amountMinor >= atLeast &&
    entry.amountMinor > above &&
    entry.amountMinor <= atMost &&
    entry.amountMinor < below;
}

const amountsOf = (entries: readonly Entry[], currency: string): number[] => entries.filter((entry) => entry.currency === currency).map(({ amountMinor }) => amountMinor);

/** Doubles hold whole minor units exactly up to 2^53; a sum beyond that (90 trillion dollars) is near enough. */
function ofAmounts(fact: 'sum' | 'max' | 'mean' | 'deviation', amounts: readonly number[]): number {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  if (fact === 'sum') return sum;
  if (amounts.length === 0) return Number.NaN;
  if (fact === 'max') return amounts.reduce((a, b) => Math.max(a, b));
  const mean = sum / amounts.length;
  if (fact === 'mean') return mean;
  return Math.sqrt(amounts.reduce((total, amount) => total + (amount - mean) ** 2, 0) / amounts.length);
}

/** From where the customer was last known to be, to here. */
function travel({ customer, entry }: FactContext): { readonly km: number; readonly speed: number } {
  if (entry.lat === null || entry.lon === null) return { km: 0, speed: 0 };
  const last = customer.all.findLast(({ lat, lon }) => lat !== null && lon !== null);
  if (!last) return { km: 0, speed: 0 };
  const km = distanceKm({ lat: last.lat as number, lon: last.lon as number }, { lat: entry.lat, lon: entry.lon });
  return { km, speed: (km * MICROS_PER_HOUR) / Math.max(LEAST_TRAVEL_MICROS, entry.time - last.time) };
}
