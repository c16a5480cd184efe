import type { HistoryObserver } from './history-observer';
import { addLoaded } from './table/avro-writer';
import { IdentityFilter } from './table/identity-filter';
import { persist } from './table/persist';
import type { HistoryStore } from './table/store';
import type { AvroTarget } from './table/targets';

const SMALL_FILTER_BYTES = 2_097_152;

/** The duplicate filters, filled from the tables: whole before anything is consumed. Null for targets without an identity. */
export async function loadFilters(targets: readonly AvroTarget[], store: HistoryStore, observer: HistoryObserver, eventsBytes: number, signal: AbortSignal): Promise<ReadonlyMap<string, IdentityFilter | null>> {
  const filters = new Map<string, IdentityFilter | null>();
  for (const target of targets) {
    const { identity, table } = target;
    if (identity === null) {
      filters.set(table, null);
      continue;
    }
    const filter = new IdentityFilter(table === 'events' ? eventsBytes : SMALL_FILTER_BYTES);
    // Tried again from the start: what was added twice is in it once.
    await persist(() => store.identities(table, identity, null, (rows, rowBytes) => addLoaded(identity, filter, rows, rowBytes)), signal, (error) => observer.retry(table, error));
    observer.filterKeys(table, filter.size);
    filters.set(table, filter);
  }
  return filters;
}
