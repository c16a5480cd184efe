import { TOPICS, type WebhookEndpointRecord } from '@stakewatch/contracts';
import type { LogProducer } from '@stakewatch/runtime';

/** What the dispatcher writes to the control plane. */
export interface EndpointControl {
  /** Resolves once acknowledged. @throws {LogUnavailable} */
  disable(endpoint: WebhookEndpointRecord, reason: string): Promise<void>;
}

export function createEndpointControl(producer: LogProducer, nowMs: () => number): EndpointControl {
  return {
    async disable(endpoint, reason) {
      const record: WebhookEndpointRecord = { ...endpoint, status: 'disabled', disabledReason: reason, updatedAt: new Date(nowMs()).toISOString() };
      await producer.send([{ topic: TOPICS.webhookEndpoints.name, key: endpoint.id, value: Buffer.from(JSON.stringify(record)) }]);
    },
  };
}
