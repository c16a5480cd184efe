import { TOPICS, type WebhookEndpointRecord } from '@stakewatch/contracts';
import type { LogProducer } from '@stakewatch/runtime';

/** What the dispatcher writes to the control plane. */
export interface EndpointControl {
  /** For how it answered. Resolves once acknowledged. @throws {LogUnavailable} */
  disable(endpoint: WebhookEndpointRecord, reason: string): Promise<void>;
}

export function createEndpointControl(producer: LogProducer, nowMs: () => number): EndpointControl {
  return {
    async disable(endpoint, reason) {
      const at = new Date(nowMs()).toISOString();
      const record: WebhookEndpointRecord = { ...endpoint, status: 'disabled', disabledReason: reason, disabledAt: at, disabledBy: 'failures', updatedAt: at };
      await producer.send([{ topic: TOPICS.webhookEndpoints.name, key: endpoint.id, value: Buffer.from(JSON.stringify(record)) }]);
    },
  };
}
