-- What analysts say of decisions and alerts, and what that says of the rules. Views are worked out when asked
-- (docs/decisions/0033-views-not-materialized.md); labels are kept as they came (docs/decisions/0095-labels.md).

CREATE TABLE IF NOT EXISTS decision_labels (
  label_id UUID COMMENT 'Identity of the label.',
  company_id LowCardinality(String) COMMENT 'Company scope; a sandbox is a scope of its own (<company>-sandbox).',
  subject_type LowCardinality(String) COMMENT 'What was labelled: transaction, bonus_change or alert.',
  subject_id UUID COMMENT 'decision_id of the transaction or bonus change, or alert_id.',
  label LowCardinality(String) COMMENT 'fraud, genuine or unsure.',
  note Nullable(String) COMMENT 'Why, in the analyst\'s words.' CODEC(ZSTD),
  labelled_by LowCardinality(String) COMMENT 'Who says so; key:<id of the API key> when nobody was named.',
  labelled_at DateTime64(6, 'UTC') COMMENT 'When it was said.' CODEC(Delta, ZSTD),
  environment LowCardinality(String) DEFAULT if(endsWith(company_id, '-sandbox'), 'sandbox', 'live') COMMENT 'live or sandbox, from company_id.',
  kafka_partition UInt32 COMMENT 'Partition of the Kafka topic that the row came from.',
  kafka_offset UInt64 COMMENT 'Offset of the record in that partition. With kafka_partition it identifies the row.' CODEC(Delta, ZSTD),
  written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written here, in milliseconds UTC.' CODEC(Delta, ZSTD),
  INDEX decision_labels_id label_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX decision_labels_written written_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(labelled_at)
ORDER BY (company_id, subject_id, labelled_at, label_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every label that was given, each exactly once: nothing is overwritten. decision_labels_current has the one that stands.';

CREATE VIEW IF NOT EXISTS decision_labels_current (
  company_id String COMMENT 'Company scope.',
  subject_type String COMMENT 'transaction, bonus_change or alert.',
  subject_id UUID COMMENT 'decision_id or alert_id.',
  label String COMMENT 'The newest label: fraud, genuine or unsure.',
  note Nullable(String) COMMENT 'Its note.',
  labelled_by String COMMENT 'Who gave it.',
  labelled_at DateTime64(6, 'UTC') COMMENT 'When it was given.',
  labels UInt64 COMMENT 'How often the subject was labelled.'
) AS
SELECT company_id, subject_type, subject_id, tupleElement(newest, 1) AS label, tupleElement(newest, 2) AS note, tupleElement(newest, 3) AS labelled_by, max(decision_labels.labelled_at) AS labelled_at, count() AS labels,
  argMax(tuple(decision_labels.label, decision_labels.note, decision_labels.labelled_by), (decision_labels.labelled_at, kafka_offset)) AS newest
FROM decision_labels
GROUP BY company_id, subject_type, subject_id
COMMENT 'The label that stands for each decision or alert: the newest.';

CREATE VIEW IF NOT EXISTS labelled_decisions (
  company_id String COMMENT 'Company scope.',
  subject_type String COMMENT 'transaction, bonus_change or alert.',
  subject_id UUID COMMENT 'decision_id or alert_id.',
  outcome String COMMENT 'Activity code of a transaction, GREEN or RED of a bonus change, mode of an alert (live or dry_run).',
  score Float64 COMMENT 'Fraud percentage of a transaction, score of a bonus change or an alert.',
  player_id Nullable(String) COMMENT 'Player concerned; null for transactions.',
  happened_at DateTime64(6, 'UTC') COMMENT 'Time of the decision; of an alert, the time of its event.',
  label Nullable(String) COMMENT 'fraud, genuine or unsure; null while nobody has said.',
  labelled_by Nullable(String) COMMENT 'Who said so.',
  labelled_at Nullable(DateTime64(6, 'UTC')) COMMENT 'When it was said.'
) AS
SELECT d.company_id AS company_id, d.subject_type AS subject_type, d.subject_id AS subject_id, d.outcome AS outcome, d.score AS score, d.player_id AS player_id, d.happened_at AS happened_at, l.label AS label, l.labelled_by AS labelled_by, l.labelled_at AS labelled_at
FROM (
  SELECT toString(company_id) AS company_id, if(service = 'transaction-monitor', 'transaction', 'bonus_change') AS subject_type, decision_id AS subject_id, toString(outcome) AS outcome, toFloat64(ifNull(decisions.score, 0)) AS score, player_id, decided_at AS happened_at
  FROM decisions
  WHERE (service, kind) IN (('transaction-monitor', 'transaction'), ('bonus-scorer', 'bonus.change'))
  UNION ALL
  SELECT toString(company_id) AS company_id, 'alert' AS subject_type, alert_id AS subject_id, toString(mode) AS outcome, toFloat64(alerts_current.score) AS score, toNullable(alerts_current.player_id) AS player_id, event_timestamp AS happened_at
  FROM alerts_current
  WHERE status = 'open'
) AS d
LEFT JOIN decision_labels_current AS l ON l.company_id = d.company_id AND l.subject_id = d.subject_id
SETTINGS join_use_nulls = 1
COMMENT 'Decisions on transactions and bonus changes, and alerts that stand, each once, with the label that stands.';

CREATE VIEW IF NOT EXISTS label_coverage (
  company_id String COMMENT 'Company scope.',
  subject_type String COMMENT 'transaction, bonus_change or alert.',
  outcome String COMMENT 'Activity code, GREEN or RED, or the alert\'s mode.',
  day Date COMMENT 'Day, UTC.',
  decisions UInt64 COMMENT 'Decisions or alerts.',
  labelled UInt64 COMMENT 'Those that have a label.',
  fraud UInt64 COMMENT 'Those labelled fraud.',
  genuine UInt64 COMMENT 'Those labelled genuine.',
  unsure UInt64 COMMENT 'Those labelled unsure.',
  coverage Float64 COMMENT 'labelled / decisions.'
) AS
SELECT company_id, subject_type, outcome, toDate(happened_at) AS day, count() AS decisions, countIf(isNotNull(label)) AS labelled,
  countIf(label = 'fraud') AS fraud, countIf(label = 'genuine') AS genuine, countIf(label = 'unsure') AS unsure, labelled / decisions AS coverage
FROM labelled_decisions
GROUP BY company_id, subject_type, outcome, day
COMMENT 'How much of what was decided has a label.';

CREATE VIEW IF NOT EXISTS score_distribution (
  company_id String COMMENT 'Company scope.',
  subject_type String COMMENT 'transaction, bonus_change or alert.',
  outcome String COMMENT 'Activity code, GREEN or RED, or the alert\'s mode.',
  day Date COMMENT 'Day, UTC.',
  score_from Int32 COMMENT 'Scores from this one, in steps of 10.',
  decisions UInt64 COMMENT 'Decisions or alerts.',
  fraud UInt64 COMMENT 'Those labelled fraud.',
  genuine UInt64 COMMENT 'Those labelled genuine.',
  unsure UInt64 COMMENT 'Those labelled unsure.'
) AS
SELECT company_id, subject_type, outcome, toDate(happened_at) AS day, toInt32(floor(score / 10) * 10) AS score_from, count() AS decisions,
  countIf(label = 'fraud') AS fraud, countIf(label = 'genuine') AS genuine, countIf(label = 'unsure') AS unsure
FROM labelled_decisions
GROUP BY company_id, subject_type, outcome, day, score_from
COMMENT 'How scores spread over transactions, bonus changes and alerts, and what they turned out to be.';

CREATE VIEW IF NOT EXISTS rule_matches (
  company_id String COMMENT 'Company scope.',
  source String COMMENT 'velocity, transaction or bonus.',
  subject_type String COMMENT 'What the match is part of: alert, transaction or bonus_change.',
  subject_id UUID COMMENT 'alert_id or decision_id.',
  rule_id String COMMENT 'Rule that matched.',
  mode String COMMENT 'live or dry_run.',
  suspicious Bool COMMENT 'False for transaction rules that give a safe code: they are right on what is genuine.',
  happened_at DateTime64(6, 'UTC') COMMENT 'Time of the decision; of an alert, the time of its event.'
) AS
SELECT toString(a.company_id) AS company_id, if(a.subject_type = 'ring' OR JSONHas(a.settings, 'bonusId'), 'bonus', 'velocity') AS source, 'alert' AS subject_type, a.alert_id AS subject_id, toString(a.rule_id) AS rule_id, toString(a.mode) AS mode, true AS suspicious, a.event_timestamp AS happened_at
FROM alerts_current AS a
WHERE a.status = 'open'
UNION ALL
SELECT toString(company_id) AS company_id, 'transaction' AS source, 'transaction' AS subject_type, decision_id AS subject_id, tupleElement(found, 1) AS rule_id, tupleElement(found, 2) AS mode, tupleElement(found, 3) >= 450 AS suspicious, decided_at AS happened_at
FROM decisions
ARRAY JOIN JSONExtract(facts, 'matched', 'Array(Tuple(rule String, mode String, code UInt16))') AS found
WHERE service = 'transaction-monitor' AND kind = 'transaction'
UNION ALL
SELECT toString(company_id) AS company_id, 'bonus' AS source, 'bonus_change' AS subject_type, decision_id AS subject_id, tupleElement(found, 1) AS rule_id, tupleElement(found, 2) AS mode, true AS suspicious, decided_at AS happened_at
FROM decisions
ARRAY JOIN JSONExtract(assumeNotNull(answer), 'scoringResult', 'matchedRules', 'Array(Tuple(id String, mode String))') AS found
WHERE service = 'bonus-scorer' AND kind = 'bonus.change'
COMMENT 'One row for each rule that matched, live or in dry run, in a decision or as an alert that stands.';

CREATE VIEW IF NOT EXISTS rule_runs (
  company_id String COMMENT 'Company scope.',
  source String COMMENT 'velocity, transaction or bonus.',
  subject_type String COMMENT 'alert, transaction or bonus_change.',
  rule_id String COMMENT 'Rule.',
  day Date COMMENT 'Day, UTC.',
  ran UInt64 COMMENT 'Decisions on which the rule ran, in any mode; for velocity rules that have raised an alert, the company\'s events of the day.'
) AS
SELECT toString(company_id) AS company_id, if(service = 'transaction-monitor', 'transaction', 'bonus') AS source, if(service = 'transaction-monitor', 'transaction', 'bonus_change') AS subject_type, rule_id, toDate(decided_at) AS day, count() AS ran
FROM decisions
ARRAY JOIN JSONExtractKeys(rule_versions) AS rule_id
WHERE (service, kind) IN (('transaction-monitor', 'transaction'), ('bonus-scorer', 'bonus.change'))
GROUP BY company_id, source, subject_type, rule_id, day
UNION ALL
SELECT e.company_id AS company_id, 'velocity' AS source, 'alert' AS subject_type, r.rule_id AS rule_id, e.day AS day, e.events AS ran
FROM (SELECT events.company_id AS company_id, toDate(event_timestamp) AS day, count() AS events FROM events GROUP BY company_id, day) AS e
INNER JOIN (SELECT DISTINCT company_id, rule_id FROM rule_matches WHERE source = 'velocity') AS r ON r.company_id = e.company_id
COMMENT 'How often each rule ran.';

CREATE VIEW IF NOT EXISTS rule_quality_daily (
  company_id String COMMENT 'Company scope.',
  source String COMMENT 'velocity, transaction or bonus.',
  subject_type String COMMENT 'What was counted and labelled: alert, transaction or bonus_change.',
  rule_id String COMMENT 'Rule.',
  mode String COMMENT 'live or dry_run, as it matched; empty where it ran and did not match.',
  suspicious Bool COMMENT 'False for transaction rules that give a safe code.',
  day Date COMMENT 'Day, UTC.',
  ran Nullable(UInt64) COMMENT 'How often it ran that day, in any mode (see rule_runs); null for alerts of bonus rules.',
  matched UInt64 COMMENT 'How often it matched in this mode.',
  fraud UInt64 COMMENT 'Matches labelled fraud.',
  genuine UInt64 COMMENT 'Matches labelled genuine.',
  unsure UInt64 COMMENT 'Matches labelled unsure.'
) AS
SELECT m.company_id AS company_id, m.source AS source, m.subject_type AS subject_type, m.rule_id AS rule_id, m.mode AS mode, m.suspicious AS suspicious, m.day AS day, r.ran AS ran, m.matched AS matched, m.fraud AS fraud, m.genuine AS genuine, m.unsure AS unsure
FROM (
  SELECT rule_matches.company_id AS company_id, source, rule_matches.subject_type AS subject_type, rule_id, mode, suspicious, toDate(happened_at) AS day, count() AS matched,
    countIf(l.label = 'fraud') AS fraud, countIf(l.label = 'genuine') AS genuine, countIf(l.label = 'unsure') AS unsure
  FROM rule_matches
  LEFT JOIN decision_labels_current AS l ON l.company_id = rule_matches.company_id AND l.subject_id = rule_matches.subject_id
  GROUP BY company_id, source, subject_type, rule_id, mode, suspicious, day
) AS m
LEFT JOIN rule_runs AS r ON r.company_id = m.company_id AND r.source = m.source AND r.subject_type = m.subject_type AND r.rule_id = m.rule_id AND r.day = m.day
SETTINGS join_use_nulls = 1
UNION ALL
SELECT company_id, source, subject_type, rule_id, '' AS mode, true AS suspicious, day, toNullable(rule_runs.ran) AS ran, toUInt64(0) AS matched, toUInt64(0) AS fraud, toUInt64(0) AS genuine, toUInt64(0) AS unsure
FROM rule_runs
WHERE (company_id, source, subject_type, rule_id, day) NOT IN (SELECT company_id, source, subject_type, rule_id, toDate(happened_at) FROM rule_matches)
COMMENT 'By day: how often each rule ran and matched, and what its matches turned out to be.';

CREATE VIEW IF NOT EXISTS rule_quality (
  company_id String COMMENT 'Company scope.',
  source String COMMENT 'velocity, transaction or bonus.',
  subject_type String COMMENT 'What was counted and labelled: alert, transaction or bonus_change.',
  rule_id String COMMENT 'Rule.',
  mode String COMMENT 'live or dry_run, as it matched; empty for a rule that ran and never matched.',
  suspicious Bool COMMENT 'False for transaction rules that give a safe code.',
  ran Nullable(UInt64) COMMENT 'How often it ran, in any mode (see rule_runs); null for alerts of bonus rules.',
  matched UInt64 COMMENT 'How often it matched in this mode.',
  hit_rate Nullable(Float64) COMMENT 'matched / ran.',
  fraud UInt64 COMMENT 'Matches labelled fraud.',
  genuine UInt64 COMMENT 'Matches labelled genuine.',
  unsure UInt64 COMMENT 'Matches labelled unsure.',
  precision Nullable(Float64) COMMENT 'Share of its judged matches on which the rule was right: fraud / (fraud + genuine), for safe rules genuine / (fraud + genuine). Null while none is judged; unsure does not count.',
  false_positive_rate Nullable(Float64) COMMENT 'Share of its judged matches that were genuine: genuine / (fraud + genuine); null for safe rules.'
) AS
SELECT d.company_id AS company_id, d.source AS source, d.subject_type AS subject_type, d.rule_id AS rule_id, d.mode AS mode, d.suspicious AS suspicious, r.ran AS ran, d.matched AS matched, matched / r.ran AS hit_rate, d.fraud AS fraud, d.genuine AS genuine, d.unsure AS unsure,
  if(d.suspicious, d.fraud, d.genuine) / nullIf(d.fraud + d.genuine, 0) AS precision,
  if(d.suspicious, d.genuine / nullIf(d.fraud + d.genuine, 0), NULL) AS false_positive_rate
FROM (
  SELECT company_id, source, subject_type, rule_id, mode, suspicious, sum(rule_quality_daily.matched) AS matched, sum(rule_quality_daily.fraud) AS fraud, sum(rule_quality_daily.genuine) AS genuine, sum(rule_quality_daily.unsure) AS unsure
  FROM rule_quality_daily
  WHERE mode != '' OR (company_id, source, subject_type, rule_id) NOT IN (SELECT company_id, source, subject_type, rule_id FROM rule_matches)
  GROUP BY company_id, source, subject_type, rule_id, mode, suspicious
) AS d
LEFT JOIN (
  SELECT company_id, source, subject_type, rule_id, sum(rule_runs.ran) AS ran FROM rule_runs GROUP BY company_id, source, subject_type, rule_id
) AS r ON r.company_id = d.company_id AND r.source = d.source AND r.subject_type = d.subject_type AND r.rule_id = d.rule_id
SETTINGS join_use_nulls = 1
COMMENT 'How often each rule runs and matches, and how often it is right where analysts have said.';

CREATE VIEW IF NOT EXISTS bonus_ring_sizes (
  company_id String COMMENT 'Company scope.',
  mode String COMMENT 'live or dry_run.',
  members UInt32 COMMENT 'Accounts in the ring.',
  rings UInt64 COMMENT 'Rings of that size that stand.',
  fraud UInt64 COMMENT 'Those labelled fraud.',
  genuine UInt64 COMMENT 'Those labelled genuine.',
  unsure UInt64 COMMENT 'Those labelled unsure.'
) AS
SELECT r.company_id AS company_id, r.mode AS mode, r.members AS members, count() AS rings, countIf(l.label = 'fraud') AS fraud, countIf(l.label = 'genuine') AS genuine, countIf(l.label = 'unsure') AS unsure
FROM bonus_rings AS r
LEFT JOIN decision_labels_current AS l ON l.company_id = r.company_id AND l.subject_id = r.alert_id
GROUP BY company_id, mode, members
COMMENT 'How large the rings of linked accounts are, and what they turned out to be.';
