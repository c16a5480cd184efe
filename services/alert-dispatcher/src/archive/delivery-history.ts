import type { Delivery } from '../core/delivery';
import type { PastAttempts } from '../core/rebuilt';

/** What the delivery log remembers, for queues that were lost. */
export interface DeliveryHistory {
  /** A queue was found lost: what is in the delivery log by now has to be in history before the next answer. */
  lossFound(): void;
  /** By Delivery.id; absent: never attempted. @throws {Retriable} also while the log is not wholly in history. */
  pastOf(deliveries: readonly Delivery[]): Promise<ReadonlyMap<string, PastAttempts>>;
}
