import type { Logger } from 'pino';
import type { StatefulObserver } from '../consumer/stateful-handler';
import type { ConsumerHooks, LogClient } from '../log/client';
import type { Metrics } from './metrics';
import type { Standstill } from './standstill';

/** What can happen to the records of any topic that is read. */
const OF_A_TOPIC = ['stakewatch_batch_retries_total', 'stakewatch_stale_owner_total', 'stakewatch_dead_letters_total', 'stakewatch_fold_failures_total', 'stakewatch_state_lost_total'] as const;

/** The log, whose consumers' counters are at 0 before the first record comes: a partition is opened with it, and what befalls it would be seen as no growth. */
export function countedFromZero(log: LogClient, metrics: Metrics): LogClient {
  return {
    ...log,
    consume(options) {
      for (const name of OF_A_TOPIC) metrics.counter(name, { topic: options.inputs.map(({ topic }) => topic) });
      return log.consume(options);
    },
  };
}

/** What the loop is seen to do: handlers themselves have no metrics and no logs. */
export function consumerHooks(metrics: Metrics, logger: Logger, fatal: (error: unknown) => never, standstill: Standstill): ConsumerHooks {
  const consumed = metrics.counter('stakewatch_records_consumed_total');
  const sizes = metrics.histogram('stakewatch_batch_size_records');
  const durations = metrics.histogram('stakewatch_batch_duration_seconds');
  const latencies = metrics.histogram('stakewatch_decision_latency_seconds');
  const lag = metrics.gauge('stakewatch_consumer_lag_records');
  const owned = metrics.gauge('stakewatch_partitions_owned');
  const retries = metrics.counter('stakewatch_batch_retries_total');
  const stale = metrics.counter('stakewatch_stale_owner_total');
  return {
    onOwned: (at) => {
      standstill.over(at);
      owned.inc({ topic: at.topic });
      logger.info(at, 'partition opened');
    },
    onReleased: (at) => {
      standstill.over(at);
      owned.dec({ topic: at.topic });
      lag.remove({ topic: at.topic, partition: String(at.partition) });
      logger.info(at, 'partition let go');
    },
    onBatchDone(batch, nextOffset, seconds) {
      standstill.over(batch);
      const { topic } = batch;
      const partition = String(batch.partition);
      consumed.inc({ topic, partition }, batch.records.length);
      sizes.observe({ topic }, batch.records.length);
      durations.observe({ topic }, seconds);
      lag.set({ topic, partition }, Math.max(0, batch.highWatermark - nextOffset));
      const oldest = batch.records[0];
      if (oldest) latencies.observe({ topic }, Math.max(0, Date.now() - oldest.timestamp) / 1000);
    },
    onLag({ topic, partition }, records) {
      const labels = { topic, partition: String(partition) };
      if (records === null) lag.remove(labels);
      else lag.set(labels, records);
    },
    onRetry({ topic, partition }, error, attempt) {
      standstill.failed({ topic, partition }, error);
      retries.inc({ topic, error: error.name });
      logger.warn({ topic, partition, attempt, error: error.message }, 'failed; it will be tried again');
    },
    onStale({ topic, partition }, error) {
      standstill.over({ topic, partition });
      stale.inc({ topic });
      logger.warn({ topic, partition, error: error.message }, 'not the owner any more; opening anew');
    },
    onFatal: fatal,
  };
}

export function statefulObserver(metrics: Metrics, logger: Logger): StatefulObserver {
  const phases = metrics.histogram('stakewatch_batch_phase_seconds');
  return {
    onStateLost(at, fromOffset) {
      metrics.counter('stakewatch_state_lost_total').inc({ topic: at.topic });
      logger.warn({ ...at, fromOffset }, 'stored state is missing; rebuilding it from the log');
    },
    onFoldFailed(record, error, failures) {
      metrics.counter('stakewatch_fold_failures_total').inc({ topic: record.topic });
      logger.error({ topic: record.topic, partition: record.partition, offset: record.offset, failures, error: error instanceof Error ? error.message : String(error) }, 'the rules failed on a record');
    },
    onPhase: (phase, seconds) => phases.observe({ phase }, seconds),
    onResident(at, states, bytes) {
      metrics.gauge('stakewatch_state_resident_keys').set({ topic: at.topic, partition: String(at.partition) }, states);
      metrics.gauge('stakewatch_state_resident_bytes').set(bytes);
    },
  };
}
