import { TOPICS } from '@stakewatch/contracts';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

interface MetricDeclaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
  /**
   * Counters: values of labels that are known beforehand. A counter whose labels are all known, here or by the service that makes it,
   * starts at 0 with each combination of them, so that its first count is seen as growth (rate, increase) and its absence as a fault.
   */
  readonly zeros?: Readonly<Record<string, readonly string[]>>;
}

const CONTROL_TOPICS = Object.values(TOPICS).filter(({ cleanup }) => cleanup === 'compact').map(({ name }) => name);
const TIMELINES = ['player', 'device', 'phone', 'ip'];
const MODES = ['live', 'dry_run'];
const EVENT_ROUTES = ['single', 'batch'];

const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Finer where the aim for decisions lies: a quantile is read within a bucket as if its values were spread evenly. */
const DECISION_SECONDS = [0.001, 0.0015, 0.002, 0.0025, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH_RECORDS = [1, 5, 10, 50, 100, 500, 1000, 2500, 5000, 10_000, 50_000, 100_000];

/** Every metric of every service, declared once; docs/operations.md lists them and a test compares. Names: stakewatch_<thing>_<unit>. */
export const METRICS = {
  stakewatch_records_consumed_total: { type: 'counter', help: 'Records worked and committed.', labels: ['topic', 'partition'] },
  stakewatch_batch_size_records: { type: 'histogram', help: 'Records in a batch worked.', labels: ['topic'], buckets: BATCH_RECORDS },
  stakewatch_batch_duration_seconds: { type: 'histogram', help: 'Time to work a batch, from fetched to committed.', labels: ['topic'], buckets: LATENCY_SECONDS },
  stakewatch_batch_phase_seconds: { type: 'histogram', help: 'Time of each phase of a stateful batch.', labels: ['phase'], buckets: LATENCY_SECONDS },
  stakewatch_consumer_lag_records: { type: 'gauge', help: 'Records between the committed offset and the end of the partition.', labels: ['topic', 'partition'] },
  stakewatch_decision_latency_seconds: { type: 'histogram', help: 'From the append of the oldest record of a batch to the end of the work on it.', labels: ['topic'], buckets: LATENCY_SECONDS },
  stakewatch_batch_retries_total: { type: 'counter', help: 'Batches worked again, and partitions opened again, because a dependency was down or the rules failed.', labels: ['topic', 'error'], zeros: { error: ['Retriable', 'LogUnavailable'] } },
  stakewatch_stale_owner_total: { type: 'counter', help: 'Partitions opened anew because another owner or another state was found.', labels: ['topic'] },
  stakewatch_partitions_owned: { type: 'gauge', help: 'Partitions that this process owns.', labels: ['topic'] },
  stakewatch_dead_letters_total: { type: 'counter', help: 'Records that can never be processed, put on the dead letter topic.', labels: ['topic'] },
  stakewatch_fold_failures_total: { type: 'counter', help: 'Records on which the rules failed.', labels: ['topic'] },
  stakewatch_state_lost_total: { type: 'counter', help: 'Partitions whose stored state was missing and is rebuilt from the log.', labels: ['topic'] },
  stakewatch_state_resident_bytes: { type: 'gauge', help: 'Bytes of state that the process keeps in memory.', labels: [] },
  stakewatch_state_resident_keys: { type: 'gauge', help: 'States kept in memory.', labels: ['topic', 'partition'] },
  stakewatch_log_lines_lost_total: { type: 'counter', help: 'Log lines that could not be written, for example because the disk of the log is full.', labels: [] },
  stakewatch_control_records_unfit_total: { type: 'counter', help: 'Control records left out because they do not fit their schema.', labels: ['topic'], zeros: { topic: CONTROL_TOPICS } },
  stakewatch_webhook_deliveries_accepted_total: { type: 'counter', help: 'Deliveries that entered a queue, each once.', labels: ['topic'], zeros: { topic: [TOPICS.alerts.name, TOPICS.webhookResends.name] } },
  stakewatch_webhook_attempts_total: { type: 'counter', help: 'Attempts to deliver a webhook, by what came of them.', labels: ['outcome', 'reason'], zeros: { outcome: ['delivered', 'failed', 'refused', 'abandoned'], reason: ['schedule', 'resend'] } },
  stakewatch_webhook_attempt_duration_seconds: { type: 'histogram', help: 'Time of an attempt, from name lookup to the end of the answer.', labels: ['outcome'], buckets: LATENCY_SECONDS },
  stakewatch_webhook_delivery_latency_seconds: { type: 'histogram', help: "From the receipt of the event behind an alert to the endpoint's acknowledgement.", labels: [], buckets: [...LATENCY_SECONDS, 300, 3_600, 86_400] },
  stakewatch_webhook_pending_deliveries: { type: 'gauge', help: 'Deliveries that wait, by the state of their endpoint (healthy, troubled, disabled, deleted).', labels: ['endpoint_state'] },
  stakewatch_webhook_oldest_due_seconds: { type: 'gauge', help: 'How long the oldest due delivery has waited beyond its time, by the state of its endpoint.', labels: ['endpoint_state'] },
  stakewatch_webhook_attempts_in_flight: { type: 'gauge', help: 'Attempts under way.', labels: [] },
  stakewatch_webhook_sockets: { type: 'gauge', help: 'Sockets open to endpoints, idle ones too.', labels: [] },
  stakewatch_webhook_endpoints_disabled: { type: 'gauge', help: 'Endpoints that are disabled now.', labels: [] },
  stakewatch_webhook_endpoint_disablings_total: { type: 'counter', help: 'Endpoints that this service has disabled.', labels: [] },
  stakewatch_webhook_leases_lost_total: { type: 'counter', help: 'Attempts that ended after another owner had taken their delivery over: it may be sent once more.', labels: [] },
  stakewatch_http_requests_total: { type: 'counter', help: 'Requests of the API answered, by route and status.', labels: ['route', 'status'], zeros: { status: ['500', '503', '504'] } },
  stakewatch_http_request_duration_seconds: { type: 'histogram', help: 'Time from the request headers to the answer.', labels: ['route'], buckets: LATENCY_SECONDS },
  stakewatch_events_accepted_total: { type: 'counter', help: 'Events answered with a uuid, repeats included.', labels: ['route'], zeros: { route: EVENT_ROUTES } },
  stakewatch_events_refused_total: { type: 'counter', help: 'Events refused because of their content.', labels: ['route'], zeros: { route: EVENT_ROUTES } },
  stakewatch_gateway_in_flight_bytes: { type: 'gauge', help: 'Bytes of request bodies held right now.', labels: [] },
  stakewatch_gateway_decision_seconds: { type: 'histogram', help: 'From a command to its decision, as its caller waits for it.', labels: ['topic'], buckets: DECISION_SECONDS },
  stakewatch_gateway_decision_timeouts_total: { type: 'counter', help: 'Callers whose decision did not come in time (504).', labels: ['topic'], zeros: { topic: [TOPICS.transactions.name, TOPICS.bonusChanges.name] } },
  stakewatch_gateway_redis_failures_total: { type: 'counter', help: 'Times the gateway went on without what Redis remembers.', labels: ['use'], zeros: { use: ['answers', 'idempotency'] } },
  stakewatch_gateway_redis_memory_ratio: { type: 'gauge', help: "Memory that Redis uses, as a share of its maxmemory; 0 without a limit.", labels: [] },
  stakewatch_gateway_redis_restraint_level: { type: 'gauge', help: 'What the gateway does not put into a nearly full Redis: 0 nothing; 1 answers to single events; 2 idempotency keys, too: new ones get 503.', labels: [] },
  stakewatch_gateway_answers_unshared_total: { type: 'counter', help: 'Answers to single events that their gateway alone remembers, because Redis is nearly full.', labels: [] },
  stakewatch_history_rows_total: { type: 'counter', help: 'Rows written to ClickHouse.', labels: ['table'] },
  stakewatch_history_duplicates_total: { type: 'counter', help: 'Records left out because their row was there already.', labels: ['table'] },
  stakewatch_history_refused_rows_total: { type: 'counter', help: 'Records that no row could be made of; dead-lettered.', labels: ['table'] },
  stakewatch_history_block_rows: { type: 'histogram', help: 'Rows of a block inserted.', labels: ['table'], buckets: BATCH_RECORDS },
  stakewatch_history_insert_seconds: { type: 'histogram', help: 'Time of an insert, with its retries.', labels: ['table'], buckets: LATENCY_SECONDS },
  stakewatch_history_retries_total: { type: 'counter', help: 'Steps of a block tried again because ClickHouse, the registry or Kafka did not do them.', labels: ['table'] },
  stakewatch_history_filter_keys: { type: 'gauge', help: 'Identities in the duplicate filter.', labels: ['table'] },
  stakewatch_transaction_decisions_total: { type: 'counter', help: 'Transactions decided on, by activity code.', labels: ['code'] },
  stakewatch_transaction_rule_matches_total: { type: 'counter', help: 'Transaction rules that held; the rules of companies share one label.', labels: ['rule', 'mode'], zeros: { mode: MODES } },
  stakewatch_transaction_rule_failures_total: { type: 'counter', help: 'Conditions that failed on a transaction; the rule counts as silent.', labels: ['rule'] },
  stakewatch_transaction_truncated_histories_total: { type: 'counter', help: 'Histories that were full when a decision looked at them, so that facts over them are lower bounds.', labels: [] },
  stakewatch_detector_events_total: { type: 'counter', help: 'Events taken into timelines, by timeline (player, device, phone, ip) and outcome (counted, duplicate, too_late).', labels: ['timeline', 'outcome'], zeros: { timeline: TIMELINES, outcome: ['counted', 'duplicate', 'too_late'] } },
  stakewatch_detector_alerts_total: { type: 'counter', help: 'Revisions of alerts published; the rules of companies count as own.', labels: ['rule', 'mode', 'status'], zeros: { mode: MODES, status: ['open', 'withdrawn'] } },
  stakewatch_detector_dropped_events_total: { type: 'counter', help: 'Events let go before their time because their subject has more than are kept; facts over them are marked truncated.', labels: ['timeline'], zeros: { timeline: TIMELINES } },
  stakewatch_detector_rule_failures_total: { type: 'counter', help: 'Conditions that failed on an event: the rule says nothing about it.', labels: ['rule'] },
} as const satisfies Record<string, MetricDeclaration>;

type Table = typeof METRICS;
type NameOf<T extends MetricDeclaration['type']> = { [N in keyof Table]: Table[N]['type'] extends T ? N : never }[keyof Table];
type LabelOf<N extends keyof Table> = Table[N]['labels'][number];

/** Every combination of the values of all labels; none when the values of one are not known. */
function combinations({ labels, zeros }: MetricDeclaration, known: Readonly<Record<string, readonly string[] | undefined>>): readonly Readonly<Record<string, string>>[] {
  return labels.reduce<readonly Readonly<Record<string, string>>[]>((made, label) => made.flatMap((each) => (known[label] ?? zeros?.[label] ?? []).map((value) => ({ ...each, [label]: value }))), [{}]);
}

/** Counts by itself until metrics are asked for: for what is counted with every request. */
export class Tally {
  private pending = 0;

  add(count: number): void {
    this.pending += count;
  }

  /** What was added since the last time. */
  take(): number {
    const { pending } = this;
    this.pending = 0;
    return pending;
  }
}

/** Typed access to the declared metrics; one registry per process. A metric is made when it is first used. */
export class Metrics {
  readonly registry = new Registry();
  private readonly made = new Map<string, Counter | Gauge | Histogram>();
  private readonly tallies = new Map<string, { readonly labels: Readonly<Record<string, string>>; readonly tally: Tally }[]>();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param known values of labels that this service knows beforehand, beside those of the table: it starts at 0 with them */
  counter<N extends NameOf<'counter'>>(name: N, known?: Partial<Readonly<Record<LabelOf<N>, readonly string[]>>>): Counter<LabelOf<N>> {
    const tallies = this.talliesOf(name);
    const isNew = !this.made.has(name);
    const counter = this.make(name, (config) => new Counter({ ...config, collect() { for (const { labels, tally } of tallies) this.inc({ ...labels }, tally.take()); } })) as Counter<LabelOf<N>>;
    if (isNew || known) for (const labels of combinations(METRICS[name], known ?? {})) counter.inc(labels as Record<LabelOf<N>, string>, 0);
    return counter;
  }

  /** A tally that the counter is told of when metrics are asked for. Each call makes one: keep it. */
  tally<N extends NameOf<'counter'>>(name: N, labels: Readonly<Record<LabelOf<N>, string>>): Tally {
    this.counter(name);
    const tally = new Tally();
    this.talliesOf(name).push({ labels, tally });
    return tally;
  }

  gauge<N extends NameOf<'gauge'>>(name: N): Gauge<LabelOf<N>> {
    return this.make(name, (config) => new Gauge(config)) as Gauge<LabelOf<N>>;
  }

  /** A gauge without labels that is read when metrics are asked for: nothing is done for it in between. */
  reading(name: NameOf<'gauge'>, read: () => number): void {
    this.make(name, (config) => new Gauge({ ...config, collect() { this.set(read()); } }));
  }

  histogram<N extends NameOf<'histogram'>>(name: N): Histogram<LabelOf<N>> {
    const { buckets } = METRICS[name] as MetricDeclaration;
    return this.make(name, (config) => new Histogram({ ...config, ...(buckets ? { buckets: [...buckets] } : {}) })) as Histogram<LabelOf<N>>;
  }

  private talliesOf(name: keyof Table) {
    let tallies = this.tallies.get(name);
    if (!tallies) this.tallies.set(name, (tallies = []));
    return tallies;
  }

  private make(name: keyof Table, create: (config: { name: string; help: string; labelNames: string[]; registers: Registry[] }) => Counter | Gauge | Histogram) {
    let metric = this.made.get(name);
    if (!metric) {
      const { help, labels } = METRICS[name];
      this.made.set(name, (metric = create({ name, help, labelNames: [...labels], registers: [this.registry] })));
    }
    return metric;
  }
}
