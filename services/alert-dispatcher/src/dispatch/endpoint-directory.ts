import type { WebhookEndpointRecord } from '@stakewatch/contracts';
import type { ControlTable } from '@stakewatch/runtime';

/** The endpoints of every company, live from control.webhook-endpoints.v1. */
export class EndpointDirectory {
  private byCompany = new Map<string, WebhookEndpointRecord[]>();
  private builtAt = -1;

  constructor(private readonly table: Pick<ControlTable<WebhookEndpointRecord>, 'get' | 'values' | 'version' | 'onChange'>) {}

  get(endpointId: string): WebhookEndpointRecord | undefined {
    return this.table.get(endpointId);
  }

  ofCompany(companyId: string): readonly WebhookEndpointRecord[] {
    if (this.builtAt !== this.table.version) this.build();
    return this.byCompany.get(companyId) ?? [];
  }

  /** How many are disabled. */
  disabled(): number {
    let count = 0;
    for (const { status } of this.table.values()) if (status === 'disabled') count += 1;
    return count;
  }

  onChange(listener: (endpointId: string) => void): () => void {
    return this.table.onChange(listener);
  }

  private build(): void {
    this.byCompany = new Map();
    for (const endpoint of this.table.values()) {
      const own = this.byCompany.get(endpoint.companyId);
      if (own) own.push(endpoint);
      else this.byCompany.set(endpoint.companyId, [endpoint]);
    }
    this.builtAt = this.table.version;
  }
}
