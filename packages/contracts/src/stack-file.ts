/** `.stakewatch/stack.json`: where a running local stack can be reached, for scripts and tests. */
export interface StackFile {
  /** Base URL, e.g. http://127.0.0.1:7800 */
  readonly gateway: string;
  /** host:port */
  readonly kafka: string;
  readonly schemaRegistry: string;
  /** redis://host:port */
  readonly redis: string;
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string; readonly database: string };
  /** Base URL of the built-in receiver; GET /deliveries lists what it verified. */
  readonly webhookReceiver: string;
  readonly companies: readonly StackCompany[];
  readonly processes: readonly StackProcess[];
}

export interface StackCompany {
  /** Company scope, as in every company_id column. */
  readonly id: string;
  readonly name: string;
  readonly plan: 'standard' | 'premium' | 'sandbox';
  readonly apiKey: string;
  readonly webhookSecret: string;
}

export interface StackProcess {
  readonly name: string;
  readonly pid: number;
  /** Null where the part has no metrics of its own (Redis). */
  readonly metricsUrl: string | null;
}
