/** One message as the receiver got it. */
export interface ReceivedDelivery {
  /** Grows by one with each message; a reader goes on after the last it has seen. */
  readonly sequence: number;
  /** The webhook-id header. */
  readonly id: string;
  readonly company: string;
  readonly verified: boolean;
  readonly type: string | null;
  readonly alert_id: string | null;
  readonly revision: number | null;
  readonly status: string | null;
  readonly rule_id: string | null;
  readonly player_id: string | null;
  /** Microseconds UTC of the first arrival. */
  readonly receivedAt: number;
  /** data.event_received_at in microseconds UTC; null when the message has none. */
  readonly eventReceivedAt: number | null;
  /** How often it came again with the same webhook-id. */
  readonly duplicates: number;
}

export type NewDelivery = Omit<ReceivedDelivery, 'sequence' | 'duplicates'>;

export interface Question {
  readonly company?: string;
  readonly limit: number;
  /** Only those with a greater sequence. */
  readonly after: number;
  readonly order: 'asc' | 'desc';
}

export interface Stats {
  /** Messages taken, repeated ones too. */
  readonly count: number;
  readonly distinct: number;
  readonly duplicates: number;
  readonly unverified: number;
  /** Milliseconds from the event's receipt to the message's, of verified first arrivals kept; null when there are none. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
}

/** The deliveries that a receiver keeps: the newest `keep`, found again by company and webhook-id. No I/O. */
export class DeliveryBook {
  private readonly deliveries = new Map<string, ReceivedDelivery>();
  private sequence = 0;
  private repeated = 0;
  private forgotten = 0;
  private unverified = 0;

  constructor(private readonly keep: number) {}

  /** The record as it stands now: new, or counted once more. What could not be verified never counts as a repeat. */
  take(delivery: NewDelivery): ReceivedDelivery {
    const key = `${delivery.company}\n${delivery.verified ? '' : 'unverified'}\n${delivery.id}`;
    const known = this.deliveries.get(key);
    if (!delivery.verified) this.unverified += 1;
    if (known && delivery.verified) {
      const again = { ...known, duplicates: known.duplicates + 1 };
      this.repeated += 1;
      this.deliveries.set(key, again);
      return again;
    }
    const fresh = { ...delivery, sequence: (this.sequence += 1), duplicates: 0 };
    this.deliveries.delete(key);
    this.deliveries.set(key, fresh);
    this.trim();
    return fresh;
  }

  list({ company, limit, after, order }: Question): ReceivedDelivery[] {
    const fitting = [...this.deliveries.values()].filter((delivery) => delivery.sequence > after && (company === undefined || delivery.company === company));
    if (order === 'desc') fitting.reverse();
    return fitting.slice(0, limit);
  }

  stats(company?: string): Stats {
    const kept = this.list({ ...(company === undefined ? {} : { company }), limit: Infinity, after: 0, order: 'asc' });
    const verified = kept.filter((delivery) => delivery.verified);
    const duplicates = company === undefined ? this.repeated : verified.reduce((sum, delivery) => sum + delivery.duplicates, 0);
    const distinct = verified.length + (company === undefined ? this.forgotten : 0);
    const unverified = company === undefined ? this.unverified : kept.length - verified.length;
    return { count: distinct + duplicates, distinct, duplicates, unverified, latencyMs: latencies(verified) };
  }

  clear(): void {
    this.deliveries.clear();
    this.repeated = 0;
    this.forgotten = 0;
    this.unverified = 0;
  }

  private trim(): void {
    for (const [key, { verified }] of this.deliveries) {
      if (this.deliveries.size <= this.keep) return;
      this.deliveries.delete(key);
      if (verified) this.forgotten += 1;
    }
  }
}

function latencies(deliveries: readonly ReceivedDelivery[]): Stats['latencyMs'] {
  const values = deliveries.flatMap(({ receivedAt, eventReceivedAt }) => (eventReceivedAt === null ? [] : [(receivedAt - eventReceivedAt) / 1_000])).sort((a, b) => a - b);
  if (values.length === 0) return null;
  const at = (share: number) => values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] as number;
  return { p50: at(0.5), p99: at(0.99), max: values.at(-1) as number };
}
