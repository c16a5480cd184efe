import type { WebhookEndpointRecord } from '@stakewatch/contracts';
import type { ControlTable, LogProducer } from '@stakewatch/runtime';
import { applyChange, type ChangeResult } from './control-writer';
import { enableOwnEndpoint } from './webhook-endpoints';

/** A company's (scope's) webhook endpoints as it sees and enables them through the API. */
export class EndpointDesk {
  constructor(
    private readonly table: ControlTable<WebhookEndpointRecord>,
    private readonly producer: LogProducer,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** In the order of their ids. */
  list(companyId: string): readonly WebhookEndpointRecord[] {
    return [...this.table.values()].filter((endpoint) => endpoint.companyId === companyId).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Undefined for another company's, too. */
  find(companyId: string, id: string): WebhookEndpointRecord | undefined {
    const endpoint = this.table.get(id);
    return endpoint?.companyId === companyId ? endpoint : undefined;
  }

  /** @throws {ControlRefused} not_found for another company's, too; conflict when it was disabled by hand. */
  enable(companyId: string, id: string): Promise<ChangeResult<WebhookEndpointRecord>> {
    return applyChange(this.producer, { topic: 'webhookEndpoints', table: this.table, key: id, decide: (current) => enableOwnEndpoint(current, companyId, id, this.now()) });
  }
}
