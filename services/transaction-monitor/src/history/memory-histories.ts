import type { MonitoredTransaction } from '../domain/transaction';
import type { Histories } from '../monitor';
import { History } from './history';

/** Histories that begin empty and are kept in memory: for examples and tries. */
export class MemoryHistories {
  private readonly byKey = new Map<string, History>();

  of({ keys: { origin, destination, customer } }: MonitoredTransaction): Histories {
    return { origin: this.get(origin), destination: this.get(destination), customer: this.get(customer) };
  }

  private get(key: string): History {
    let history = this.byKey.get(key);
    if (!history) this.byKey.set(key, (history = new History(null)));
    return history;
  }
}
