-- What alerts of bonus rules hold where those of velocity rules have events, and whose currency it is: every alert of an event has
-- one, whether or not its rule looks at money.

ALTER TABLE alerts COMMENT COLUMN IF EXISTS subject_type 'player, session, device, phone or ip; ring for rings of linked accounts.';
ALTER TABLE alerts COMMENT COLUMN IF EXISTS subject 'The player, session, device, phone or IP that the rule counts by; of a ring the member whose coordinated claim was first.';
ALTER TABLE alerts COMMENT COLUMN IF EXISTS event_uuid 'The earliest event in the cool-down window on which the rule\'s condition holds; of a bonus rule the event or bonus change that showed it (subject_id in decisions).';
ALTER TABLE alerts COMMENT COLUMN IF EXISTS currency 'Currency of the event that triggered it, ISO 4217; of a bonus rule currencyCode of the bonus, empty if it has none.';
ALTER TABLE alerts COMMENT COLUMN IF EXISTS event_uuids 'Events that contributed to the facts, oldest first, the newest 100 of them; of bonus rules also bonus changes.';

CREATE OR REPLACE VIEW alerts_current (
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
  subject_type LowCardinality(String) COMMENT 'player, session, device, phone or ip; ring for rings of linked accounts.',
  subject String COMMENT 'The player, session, device, phone or IP that the rule counts by; of a ring the member whose coordinated claim was first.',
  player_id String COMMENT 'Player of the event that triggered it.',
  window_start DateTime64(6, 'UTC') COMMENT 'Start of the cool-down window that makes one alert of repeated matches.',
  window_end DateTime64(6, 'UTC') COMMENT 'End of that window, exclusive.',
  event_uuid UUID COMMENT 'The earliest event in the cool-down window on which the rule\'s condition holds; of a bonus rule the event or bonus change that showed it (subject_id in decisions).',
  event_timestamp DateTime64(6, 'UTC') COMMENT 'Time of that event.',
  currency LowCardinality(String) COMMENT 'Currency of the event that triggered it, ISO 4217; of a bonus rule currencyCode of the bonus, empty if it has none.',
  facts Array(Tuple(name String, value Float64, window_start DateTime64(6, 'UTC'), window_end DateTime64(6, 'UTC'), truncated Bool)) COMMENT 'Facts the decision rested on: name, value, window_start (exclusive), window_end (inclusive), truncated (a lower bound).',
  settings String COMMENT 'Settings the rule ran with, JSON.',
  event_uuids Array(String) COMMENT 'Events that contributed to the facts, oldest first, the newest 100 of them; of bonus rules also bonus changes.',
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
