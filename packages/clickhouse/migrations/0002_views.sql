-- Views. They aggregate when asked, over rows that are each there once, so they are never behind and never count twice
-- (docs/decisions/0033-views-not-materialized.md).

CREATE VIEW IF NOT EXISTS alerts_current (
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
  window_start DateTime64(6, 'UTC') COMMENT 'Start of the cool-down window that makes one alert of repeated matches.',
  window_end DateTime64(6, 'UTC') COMMENT 'End of that window, exclusive.',
  event_uuid UUID COMMENT 'The earliest event in the cool-down window on which the rule\'s condition holds.',
  event_timestamp DateTime64(6, 'UTC') COMMENT 'Time of that event.',
  currency LowCardinality(String) COMMENT 'ISO 4217 code; empty where the rule does not look at money.',
  facts Array(Tuple(name String, value Float64, window_start DateTime64(6, 'UTC'), window_end DateTime64(6, 'UTC'), truncated Bool)) COMMENT 'Facts the decision rested on: name, value, window_start (exclusive), window_end (inclusive), truncated (a lower bound).',
  settings String COMMENT 'Settings the rule ran with, JSON.',
  event_uuids Array(String) COMMENT 'Events that contributed to the facts, oldest first, the newest 100 of them.',
  event_count UInt32 COMMENT 'How many events contributed, also beyond those listed.',
  event_received_at DateTime64(6, 'UTC') COMMENT 'received_at of the event whose arrival made this revision; latency runs from here.',
  decided_at DateTime64(6, 'UTC') COMMENT 'When the detector decided.',
  environment LowCardinality(String) COMMENT 'live or sandbox, from company_id.',
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from.',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.',
  written_at DateTime64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.'
) AS
SELECT alert_id, revision, company_id, status, mode, rule_id, rule_version, rule_title, severity, score, tags, subject_type, subject, player_id, window_start, window_end, event_uuid, event_timestamp, currency, facts, settings, event_uuids, event_count, event_received_at, decided_at, environment, kafka_partition, kafka_offset, written_at
FROM alerts
WHERE (alert_id, revision) IN (SELECT alert_id, max(revision) FROM alerts GROUP BY alert_id)
COMMENT 'The newest revision of each alert.';

CREATE VIEW IF NOT EXISTS events_hourly (
  company_id String COMMENT 'Company scope.',
  hour DateTime('UTC') COMMENT 'Hour of event_timestamp, UTC.',
  event_type String COMMENT 'Type of event.',
  currency String COMMENT 'ISO 4217 code.',
  events UInt64 COMMENT 'Events.',
  players UInt64 COMMENT 'Distinct players.',
  amount Int64 COMMENT 'Sum of amounts, whole currency units.',
  late_events UInt64 COMMENT 'Events that came more than the allowed lateness after they happened.'
) AS
SELECT company_id, toStartOfHour(event_timestamp) AS hour, event_type, currency, count() AS events, uniqExact(player_id) AS players, sum(events.amount) AS amount, countIf(late) AS late_events
FROM events
GROUP BY company_id, hour, event_type, currency
COMMENT 'Events by hour, company, type and currency.';

CREATE VIEW IF NOT EXISTS player_daily (
  company_id String COMMENT 'Company scope.',
  player_id String COMMENT 'Player.',
  day Date COMMENT 'Day of event_timestamp, UTC.',
  currency String COMMENT 'ISO 4217 code.',
  events UInt64 COMMENT 'Events.',
  deposits UInt64 COMMENT 'DEPOSIT events.',
  deposit_amount Int64 COMMENT 'Sum of deposits.',
  withdrawals UInt64 COMMENT 'WITHDRAWAL events.',
  withdrawal_amount Int64 COMMENT 'Sum of withdrawals.',
  bets UInt64 COMMENT 'BET_PLACED events.',
  bet_amount Int64 COMMENT 'Sum of stakes.',
  win_amount Int64 COMMENT 'Sum of BET_WON, CASHOUT and JACKPOT.',
  devices UInt64 COMMENT 'Distinct devices.',
  ips UInt64 COMMENT 'Distinct IP addresses.',
  first_event_at DateTime64(6, 'UTC') COMMENT 'First event of the day.',
  last_event_at DateTime64(6, 'UTC') COMMENT 'Last event of the day.'
) AS
SELECT company_id, player_id, toDate(event_timestamp) AS day, currency, count() AS events,
  countIf(event_type = 'DEPOSIT') AS deposits, sumIf(amount, event_type = 'DEPOSIT') AS deposit_amount,
  countIf(event_type = 'WITHDRAWAL') AS withdrawals, sumIf(amount, event_type = 'WITHDRAWAL') AS withdrawal_amount,
  countIf(event_type = 'BET_PLACED') AS bets, sumIf(amount, event_type = 'BET_PLACED') AS bet_amount,
  sumIf(amount, event_type IN ('BET_WON', 'CASHOUT', 'JACKPOT')) AS win_amount,
  uniqExact(device_id) AS devices, uniqExact(ip_address) AS ips,
  min(event_timestamp) AS first_event_at, max(event_timestamp) AS last_event_at
FROM events
GROUP BY company_id, player_id, day, currency
COMMENT 'What each player did each day, by currency.';

CREATE VIEW IF NOT EXISTS alerts_by_rule (
  company_id String COMMENT 'Company scope.',
  rule_id String COMMENT 'Rule.',
  mode String COMMENT 'live or dry_run.',
  day Date COMMENT 'Day of the event that triggered it, UTC.',
  severity String COMMENT 'Severity.',
  alerts UInt64 COMMENT 'Alerts that stand.',
  withdrawn UInt64 COMMENT 'Alerts that were withdrawn.',
  players UInt64 COMMENT 'Distinct players with an alert that stands.'
) AS
SELECT company_id, rule_id, mode, toDate(event_timestamp) AS day, severity, countIf(status = 'open') AS alerts, countIf(status = 'withdrawn') AS withdrawn, uniqExactIf(player_id, status = 'open') AS players
FROM alerts_current
GROUP BY company_id, rule_id, mode, day, severity
COMMENT 'Current alerts by company, rule, mode and day.';

CREATE VIEW IF NOT EXISTS webhook_delivery (
  company_id String COMMENT 'Company scope.',
  endpoint_id String COMMENT 'Webhook endpoint.',
  day Date COMMENT 'Day of the first attempt, UTC.',
  messages UInt64 COMMENT 'Messages (one alert revision to one endpoint).',
  delivered UInt64 COMMENT 'Messages that were delivered.',
  delivery_rate Float64 COMMENT 'delivered / messages.',
  attempts UInt64 COMMENT 'Attempts made for them.',
  median_duration_ms Float64 COMMENT 'Median duration of an attempt.'
) AS
SELECT company_id, endpoint_id, day, count() AS messages, countIf(arrived) AS delivered, delivered / messages AS delivery_rate, sum(tries) AS attempts, median(duration) AS median_duration_ms
FROM (
  SELECT company_id, endpoint_id, delivery_id, toDate(min(started_at)) AS day, max(outcome = 'delivered') AS arrived, count() AS tries, avg(duration_ms) AS duration
  FROM webhook_attempts
  GROUP BY company_id, endpoint_id, delivery_id
)
GROUP BY company_id, endpoint_id, day
COMMENT 'Webhook messages by company, endpoint and day, and how many arrived.';

CREATE VIEW IF NOT EXISTS alert_latency (
  company_id String COMMENT 'Company scope.',
  alert_id UUID COMMENT 'Alert.',
  revision UInt32 COMMENT 'Revision.',
  rule_id String COMMENT 'Rule.',
  event_received_at DateTime64(6, 'UTC') COMMENT 'When the gateway accepted the event.',
  decided_at DateTime64(6, 'UTC') COMMENT 'When the detector decided.',
  delivered_at Nullable(DateTime64(6, 'UTC')) COMMENT 'End of the first delivered attempt; null when none was.',
  decision_ms Float64 COMMENT 'Milliseconds from accepted to decided.',
  delivery_ms Nullable(Float64) COMMENT 'Milliseconds from accepted to delivered.'
) AS
SELECT a.company_id AS company_id, a.alert_id AS alert_id, a.revision AS revision, a.rule_id AS rule_id, a.event_received_at AS event_received_at, a.decided_at AS decided_at, d.delivered_at AS delivered_at,
  (toUnixTimestamp64Micro(a.decided_at) - toUnixTimestamp64Micro(a.event_received_at)) / 1000 AS decision_ms,
  (toUnixTimestamp64Micro(d.delivered_at) - toUnixTimestamp64Micro(a.event_received_at)) / 1000 AS delivery_ms
FROM alerts AS a
LEFT JOIN (
  SELECT alert_id, alert_revision, toNullable(min(addMicroseconds(started_at, toInt64(duration_ms * 1000)))) AS delivered_at
  FROM webhook_attempts
  WHERE outcome = 'delivered'
  GROUP BY alert_id, alert_revision
) AS d ON d.alert_id = a.alert_id AND d.alert_revision = a.revision
SETTINGS join_use_nulls = 1
COMMENT 'From the event whose arrival made an alert revision to the decision, and to its first successful delivery.';
