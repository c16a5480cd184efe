import type { ServiceContext } from '@stakewatch/runtime';
import type { WriterObserver } from './table/observer';

const COUNTERS = ['stakewatch_history_rows_total', 'stakewatch_history_duplicates_total', 'stakewatch_history_refused_rows_total', 'stakewatch_history_retries_total'] as const;

/** Metrics, logs and readiness of the writers. */
export class HistoryObserver implements WriterObserver {
  private trouble: string | null = null;

  /** @param tables those it writes: their counters start at 0 */
  constructor(private readonly context: Pick<ServiceContext<object>, 'metrics' | 'logger'>, tables: readonly string[]) {
    for (const name of COUNTERS) context.metrics.counter(name, { table: tables });
  }

  /** Null when the last step of every kind worked. */
  get reason(): string | null {
    return this.trouble;
  }

  written(table: string, rows: number, seconds: number): void {
    const { metrics } = this.context;
    this.trouble = null;
    metrics.counter('stakewatch_history_rows_total').inc({ table }, rows);
    metrics.histogram('stakewatch_history_block_rows').observe({ table }, rows);
    metrics.histogram('stakewatch_history_insert_seconds').observe({ table }, seconds);
  }

  duplicates(table: string, rows: number): void {
    this.context.metrics.counter('stakewatch_history_duplicates_total').inc({ table }, rows);
  }

  refused(table: string, rows: number): void {
    this.context.metrics.counter('stakewatch_history_refused_rows_total').inc({ table }, rows);
    this.context.logger.error({ table, rows }, 'records that no row can be made of were dead-lettered');
  }

  retry(table: string, error: Error): void {
    this.trouble = `${table}: ${error.name}`;
    this.context.metrics.counter('stakewatch_history_retries_total').inc({ table });
    this.context.logger.warn({ table, error: error.message.slice(0, 300) }, 'will be tried again');
  }

  filterKeys(table: string, keys: number): void {
    this.context.metrics.gauge('stakewatch_history_filter_keys').set({ table }, keys);
  }
}
