import type { LogRecord } from '@stakewatch/runtime';
import type { Delivery } from '../core/delivery';

/** What one record asks to be sent, or why it can never be worked. */
export type Reading = { readonly deliveries: readonly Delivery[] } | { readonly unreadable: string };

/** Turns records of one input topic into deliveries, in their order. */
export interface DeliverySource {
  /** @throws {Retriable} when something it needs does not answer. */
  read(records: readonly LogRecord[]): Promise<readonly Reading[]>;
}
