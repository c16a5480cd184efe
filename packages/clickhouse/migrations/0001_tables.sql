-- Tables. A statement ends with ';' at the end of a line and may be repeated (IF NOT EXISTS), so that a migration that was cut off goes on.
-- Column names of the topics' fields are those of schemas/*.avsc, so that Avro blocks are inserted as they come.
-- A file here is never changed once released: add the next number.

CREATE TABLE IF NOT EXISTS events (
  uuid UUID COMMENT 'Identity of the event, derived from company_id and external_event_id. Lower-case, 36 characters.',
  company_id String COMMENT 'Company scope that owns the event; a sandbox is a scope of its own (<company>-sandbox).' CODEC(ZSTD),
  external_event_id String COMMENT 'The operator\'s own id of the event (event_id), at most 100 characters.' CODEC(ZSTD),
  player_id String COMMENT 'The operator\'s id of the player, at most 100 characters.' CODEC(ZSTD),
  event_type LowCardinality(String) COMMENT 'What happened: DEPOSIT, WITHDRAWAL, BET_PLACED, BET_WON, BET_LOST, BONUS_CREDITED, BONUS_USED, REFUND, CASHOUT or JACKPOT.',
  event_timestamp DateTime64(6, 'UTC') COMMENT 'When it happened, by the operator\'s clock, in microseconds UTC.' CODEC(Delta, ZSTD),
  received_at DateTime64(6, 'UTC') COMMENT 'When the gateway accepted it, in microseconds UTC.' CODEC(Delta, ZSTD),
  amount Int64 COMMENT 'Amount in whole currency units.' CODEC(T64, ZSTD),
  currency String COMMENT 'ISO 4217 code.' CODEC(ZSTD),
  balance_before Nullable(Int64) COMMENT 'Player\'s balance before the event, whole currency units.',
  balance_after Nullable(Int64) COMMENT 'Player\'s balance after the event, whole currency units.',
  player_phone Nullable(String) COMMENT 'Player\'s phone number, at most 50 characters.',
  player_country Nullable(String) COMMENT 'ISO 3166-1 alpha-3 country of the player.',
  player_kyc_level Nullable(UInt8) COMMENT 'KYC verification level, 0 to 5.',
  game_type Nullable(String) COMMENT 'SPORTS, CASINO, VIRTUAL, LOTTERY, POKER, ESPORTS or LIVE_CASINO.',
  game_id Nullable(String) COMMENT 'The operator\'s id of the game.',
  game_name Nullable(String) COMMENT 'Match or game name.',
  game_sport Nullable(String) COMMENT 'Sport.',
  game_competition Nullable(String) COMMENT 'Competition.',
  game_odds Nullable(Float64) COMMENT 'Decimal odds.',
  game_bet_id Nullable(String) COMMENT 'Related bet.',
  device_type Nullable(String) COMMENT 'DESKTOP, MOBILE, TABLET, API or OTHER.',
  operator Nullable(String) COMMENT 'Payment operator.',
  ip_address Nullable(String) COMMENT 'Player\'s IP address.',
  session_id Nullable(String) COMMENT 'Player\'s session.',
  user_agent Nullable(String) COMMENT 'Browser or app user agent, at most 500 characters.',
  device_id Nullable(String) COMMENT 'The operator\'s stable id of the device, an addition of Stakewatch to the document\'s metadata.',
  late Bool COMMENT 'True when received_at is more than the allowed lateness (24 h by default) after event_timestamp.',
  environment LowCardinality(String) DEFAULT if(endsWith(company_id, '-sandbox'), 'sandbox', 'live') COMMENT 'live or sandbox, from company_id.',
  event_month UInt32 DEFAULT toYYYYMM(event_timestamp) COMMENT 'Month of event_timestamp in UTC, as YYYYMM.',
  amount_cents Int64 DEFAULT amount * 100 COMMENT 'amount x 100, for every currency.' CODEC(T64, ZSTD),
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from.',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.' CODEC(Delta, ZSTD),
  written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.' CODEC(Delta, ZSTD),
  INDEX events_uuid uuid TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX events_external_id external_event_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX events_time event_timestamp TYPE minmax GRANULARITY 1,
  INDEX events_written written_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (company_id, toDate(event_timestamp), player_id, event_timestamp, uuid)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every betting event accepted, each exactly once: count() is the number of events. Sorted by company, day, player and time.';

CREATE TABLE IF NOT EXISTS alerts (
  alert_id UUID COMMENT 'Identity of the alert.',
  revision UInt32 COMMENT '1 when raised; each later change by late evidence adds one.',
  company_id LowCardinality(String) COMMENT 'Company scope; a sandbox is a scope of its own (<company>-sandbox).',
  status LowCardinality(String) COMMENT 'open, or withdrawn: late evidence showed that the condition did not hold.',
  mode LowCardinality(String) COMMENT 'live, or dry_run: kept and never sent.',
  rule_id LowCardinality(String) COMMENT 'Rule that raised it.',
  rule_version UInt32 COMMENT 'Version of the rule.',
  rule_title LowCardinality(String) COMMENT 'What the rule says, in words.',
  severity LowCardinality(String) COMMENT 'low, medium, high or critical.',
  score Float64 COMMENT 'Risk score that the rule gives, 0 to 100.',
  tags Array(LowCardinality(String)) COMMENT 'Tags of the rule.',
  subject_type LowCardinality(String) COMMENT 'player, session, device, phone or ip.',
  subject String COMMENT 'The player, session, device, phone or IP that the rule counts by.',
  player_id String COMMENT 'Player of the event that triggered it.',
  window_start DateTime64(6, 'UTC') COMMENT 'Start of the cool-down window that makes one alert of repeated matches.' CODEC(Delta, ZSTD),
  window_end DateTime64(6, 'UTC') COMMENT 'End of that window, exclusive.' CODEC(Delta, ZSTD),
  event_uuid UUID COMMENT 'The earliest event in the cool-down window on which the rule\'s condition holds.',
  event_timestamp DateTime64(6, 'UTC') COMMENT 'Time of that event.' CODEC(Delta, ZSTD),
  currency LowCardinality(String) COMMENT 'ISO 4217 code; empty where the rule does not look at money.',
  facts Array(Tuple(name String, value Float64, window_start DateTime64(6, 'UTC'), window_end DateTime64(6, 'UTC'), truncated Bool)) COMMENT 'Facts the decision rested on: name, value, window_start (exclusive), window_end (inclusive), truncated (a lower bound).',
  settings String COMMENT 'Settings the rule ran with, JSON.' CODEC(ZSTD),
  event_uuids Array(String) COMMENT 'Events that contributed to the facts, oldest first, the newest 100 of them.' CODEC(ZSTD),
  event_count UInt32 COMMENT 'How many events contributed, also beyond those listed.',
  event_received_at DateTime64(6, 'UTC') COMMENT 'received_at of the event whose arrival made this revision; latency runs from here.' CODEC(Delta, ZSTD),
  decided_at DateTime64(6, 'UTC') COMMENT 'When the detector decided.' CODEC(Delta, ZSTD),
  environment LowCardinality(String) DEFAULT if(endsWith(company_id, '-sandbox'), 'sandbox', 'live') COMMENT 'live or sandbox, from company_id.',
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from.',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.' CODEC(Delta, ZSTD),
  written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.' CODEC(Delta, ZSTD),
  INDEX alerts_id alert_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX alerts_written written_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(decided_at)
ORDER BY (company_id, rule_id, event_timestamp, alert_id, revision)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every revision of every alert, each exactly once. alerts_current has the newest revision of each.';

CREATE TABLE IF NOT EXISTS decisions (
  decision_id UUID COMMENT 'Identity, derived from what was decided on.',
  company_id LowCardinality(String) COMMENT 'Company scope.',
  service LowCardinality(String) COMMENT 'Service that decided.',
  kind LowCardinality(String) COMMENT 'What kind of decision: event.too_late, …',
  subject_id String COMMENT 'Uuid of the event, or id of what was decided on.',
  player_id Nullable(String) COMMENT 'Player concerned, if one is.',
  outcome LowCardinality(String) COMMENT 'What was decided.',
  score Nullable(Float64) COMMENT 'Score, where the kind has one.',
  facts String COMMENT 'Facts it rested on, JSON.' CODEC(ZSTD),
  rule_versions String COMMENT 'Rule id to version, JSON object.' CODEC(ZSTD),
  decided_at DateTime64(6, 'UTC') COMMENT 'When it was decided.' CODEC(Delta, ZSTD),
  environment LowCardinality(String) DEFAULT if(endsWith(company_id, '-sandbox'), 'sandbox', 'live') COMMENT 'live or sandbox, from company_id.',
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from.',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.' CODEC(Delta, ZSTD),
  written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.' CODEC(Delta, ZSTD),
  INDEX decisions_id decision_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX decisions_subject subject_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX decisions_written written_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(decided_at)
ORDER BY (company_id, kind, decided_at, decision_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Decisions that are not alerts, each exactly once.';

CREATE TABLE IF NOT EXISTS processing_progress (
  service LowCardinality(String) COMMENT 'Service that decided.',
  topic LowCardinality(String) COMMENT 'Topic that it read.',
  partition UInt32 COMMENT 'Partition of that topic.',
  from_offset UInt64 COMMENT 'First offset of the range.' CODEC(Delta, ZSTD),
  to_offset UInt64 COMMENT 'Last offset of the range, inclusive.' CODEC(Delta, ZSTD),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the range had been decided on, in milliseconds UTC.' CODEC(Delta, ZSTD),
  source_time Nullable(DateTime64(3, 'UTC')) COMMENT 'For velocity.signals.v1: the greatest source_time in the range.',
  handed_to Array(UInt32) COMMENT 'Partitions of velocity.signals.v1 that must also be read up to source_time >= processed_at before the range counts as processed.',
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from.',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.' CODEC(Delta, ZSTD),
  written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.' CODEC(Delta, ZSTD)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(processed_at)
ORDER BY (service, topic, partition, to_offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Which ranges of offsets each deciding service has decided on; an event\'s status is read from this.';

CREATE TABLE IF NOT EXISTS webhook_attempts (
  attempt_id UUID COMMENT 'Derived from delivery_id and attempt number.',
  delivery_id UUID COMMENT 'Derived from alert, revision and endpoint; sent as webhook-id.',
  company_id LowCardinality(String) COMMENT 'Company scope.',
  endpoint_id LowCardinality(String) COMMENT 'Webhook endpoint.',
  url String COMMENT 'Address that was called.' CODEC(ZSTD),
  event_type LowCardinality(String) COMMENT 'Webhook event: alert.created, alert.updated, …',
  alert_id UUID COMMENT 'Alert that was told.',
  alert_revision UInt32 COMMENT 'Revision of the alert that was told.',
  attempt UInt32 COMMENT 'Number of the attempt, 1 for the first.',
  reason LowCardinality(String) COMMENT 'schedule, or resend by command.',
  outcome LowCardinality(String) COMMENT 'delivered; failed; refused: the address is not allowed; abandoned: the last attempt of the schedule failed.',
  http_status Nullable(UInt16) COMMENT 'Status of the answer, if there was one.',
  error Nullable(String) COMMENT 'Why there was no good answer.',
  response_excerpt Nullable(String) COMMENT 'At most 1024 characters of the answer.',
  started_at DateTime64(6, 'UTC') COMMENT 'When the attempt began.' CODEC(Delta, ZSTD),
  duration_ms Float64 COMMENT 'How long it took, in milliseconds.',
  next_attempt_at Nullable(DateTime64(6, 'UTC')) COMMENT 'When the next attempt is due; null when none is.',
  event_received_at DateTime64(6, 'UTC') COMMENT 'received_at of the event behind the alert; end-to-end latency runs from here.' CODEC(Delta, ZSTD),
  environment LowCardinality(String) DEFAULT if(endsWith(company_id, '-sandbox'), 'sandbox', 'live') COMMENT 'live or sandbox, from company_id.',
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from.',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.' CODEC(Delta, ZSTD),
  written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.' CODEC(Delta, ZSTD),
  INDEX attempts_id attempt_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX attempts_alert alert_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX attempts_written written_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (company_id, started_at, delivery_id, attempt)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every attempt to deliver a webhook, each exactly once.';

CREATE TABLE IF NOT EXISTS dead_letters (
  topic LowCardinality(String) COMMENT 'Topic that the record was read from (without .dlq).',
  partition UInt32 COMMENT 'Partition of that topic.',
  offset UInt64 COMMENT 'Offset in that partition.',
  service LowCardinality(String) COMMENT 'Service that could not process it.',
  reason String COMMENT 'Why it could not be processed; no secrets, no personal data.',
  uuid Nullable(UUID) COMMENT 'Uuid of the event or alert, where the record begins with one.',
  failed_at DateTime64(3, 'UTC') COMMENT 'When it was dead-lettered.',
  key_base64 String COMMENT 'The record\'s key, base64, at most 1 kB of it.',
  value_base64 String COMMENT 'The record\'s value, base64, at most 3 kB of it; the whole stands on the dead letter topic.' CODEC(ZSTD),
  value_bytes UInt64 COMMENT 'Length of the whole value.',
  replay String COMMENT 'Command that sends the record again.',
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from (of the dead letter topic).',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.' CODEC(Delta, ZSTD),
  written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.' CODEC(Delta, ZSTD),
  INDEX dead_letters_uuid uuid TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(failed_at)
ORDER BY (topic, failed_at, partition, offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Records that could not be processed, each exactly once, of every topic.';
