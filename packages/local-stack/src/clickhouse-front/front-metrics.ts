import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Gate } from './gate';

/** The front's own metrics, on GET /metrics. */
export class FrontMetrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({ name: 'stakewatch_clickhouse_front_requests_total', help: 'Requests by kind (read, insert, command, failed) and HTTP status.', labelNames: ['kind', 'status'], registers: [this.registry] });
  private readonly seconds = new Histogram({ name: 'stakewatch_clickhouse_front_request_seconds', help: 'Time from the request to the end of its answer.', labelNames: ['kind'], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60], registers: [this.registry] });
  private readonly bytesIn = new Counter({ name: 'stakewatch_clickhouse_front_received_bytes_total', help: 'Bytes of INSERT data, after decompression.', registers: [this.registry] });
  private readonly bytesOut = new Counter({ name: 'stakewatch_clickhouse_front_sent_bytes_total', help: 'Bytes of results, before compression.', registers: [this.registry] });

  constructor(gate: Gate) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'stakewatch_clickhouse_front_queries',
      help: 'Queries by state: running in the engine, or waiting for it.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        this.set({ state: 'running' }, gate.load.running);
        this.set({ state: 'waiting' }, gate.load.waiting);
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  start(): (kind: string, status: number) => void {
    const started = process.hrtime.bigint();
    return (kind, status) => {
      this.requests.inc({ kind, status: String(status) });
      this.seconds.observe({ kind }, Number(process.hrtime.bigint() - started) / 1e9);
    };
  }

  received(bytes: number): void {
    this.bytesIn.inc(bytes);
  }

  sent(bytes: number): void {
    this.bytesOut.inc(bytes);
  }
}
