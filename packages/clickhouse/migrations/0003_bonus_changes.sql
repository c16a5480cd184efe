-- Bonus changes are decisions whose answer the caller got; they are read from the decisions themselves
-- (docs/decisions/0033-views-not-materialized.md, 0081-bonus-changes-are-decisions.md).

ALTER TABLE decisions ADD COLUMN IF NOT EXISTS answer Nullable(String) COMMENT 'The very body that the caller got, where a caller waited for the decision (JSON).' CODEC(ZSTD);

CREATE VIEW IF NOT EXISTS bonus_changes (
  id String COMMENT 'Id of the change in the API, 24 hex digits.',
  company_id LowCardinality(String) COMMENT 'Company scope; a sandbox is a scope of its own (<company>-sandbox).',
  txn_id String COMMENT 'The operator\'s own id of the transaction.',
  player_id String COMMENT 'The operator\'s id of the player (externalUserId).',
  applicant_id String COMMENT 'The player\'s id in the answers, 24 hex digits.',
  bonus_id String COMMENT 'The operator\'s id of the bonus.',
  status LowCardinality(String) COMMENT 'activated, canceled, lost, finished or expired.',
  amount Float64 COMMENT 'Amount of the bonus, as sent.',
  max_bonus_amount Nullable(Float64) COMMENT 'The most a player may get by it.',
  max_bet_amount Nullable(Float64) COMMENT 'The most a player may bet while it is active.',
  wager_requirement Nullable(Float64) COMMENT 'What must be bet in all.',
  currency_type LowCardinality(String) COMMENT 'fiat or crypto; empty when not sent.',
  txn_date DateTime('UTC') COMMENT 'When it happened, by the operator\'s clock.',
  review_answer LowCardinality(String) COMMENT 'GREEN or RED.',
  score Float64 COMMENT 'Score of the live rules that matched.',
  dry_score Float64 COMMENT 'The same with the dry-run rules that matched.',
  matched_rules Array(String) COMMENT 'Ids of the live rules that matched.',
  dry_run_rules Array(String) COMMENT 'Ids of the dry-run rules that matched.',
  tags Array(String) COMMENT 'Tags of the live rules that matched.',
  facts String COMMENT 'Facts the rules saw, JSON.',
  rule_versions String COMMENT 'Version of each rule that ran, JSON.',
  answer Nullable(String) COMMENT 'The very body that the caller got, JSON.',
  decided_at DateTime64(6, 'UTC') COMMENT 'When the gateway received the change, which is the decision\'s own time.',
  environment LowCardinality(String) COMMENT 'live or sandbox, from company_id.',
  decision_id UUID COMMENT 'The decision in decisions.'
) AS
SELECT
  JSONExtractString(answer, 'id') AS id,
  company_id,
  JSONExtractString(answer, 'data', 'txnId') AS txn_id,
  JSONExtractString(answer, 'externalUserId') AS player_id,
  JSONExtractString(answer, 'applicantId') AS applicant_id,
  JSONExtractString(answer, 'data', 'gamblingBonusChangeInfo', 'bonusId') AS bonus_id,
  JSONExtractString(answer, 'data', 'gamblingBonusChangeInfo', 'status') AS status,
  JSONExtractFloat(answer, 'data', 'gamblingBonusChangeInfo', 'amount') AS amount,
  JSONExtract(assumeNotNull(answer), 'data', 'gamblingBonusChangeInfo', 'maxBonusAmount', 'Nullable(Float64)') AS max_bonus_amount,
  JSONExtract(assumeNotNull(answer), 'data', 'gamblingBonusChangeInfo', 'maxBetAmount', 'Nullable(Float64)') AS max_bet_amount,
  JSONExtract(assumeNotNull(answer), 'data', 'gamblingBonusChangeInfo', 'wagerRequirement', 'Nullable(Float64)') AS wager_requirement,
  JSONExtractString(answer, 'data', 'gamblingBonusChangeInfo', 'currencyType') AS currency_type,
  parseDateTimeBestEffort(JSONExtractString(answer, 'data', 'txnDate'), 'UTC') AS txn_date,
  outcome AS review_answer,
  ifNull(decisions.score, 0) AS score,
  JSONExtractFloat(answer, 'scoringResult', 'dryScore') AS dry_score,
  arrayMap(rule -> JSONExtractString(rule, 'id'), arrayFilter(rule -> JSONExtractString(rule, 'mode') = 'live', JSONExtractArrayRaw(assumeNotNull(answer), 'scoringResult', 'matchedRules'))) AS matched_rules,
  arrayMap(rule -> JSONExtractString(rule, 'id'), arrayFilter(rule -> JSONExtractString(rule, 'mode') = 'dry_run', JSONExtractArrayRaw(assumeNotNull(answer), 'scoringResult', 'matchedRules'))) AS dry_run_rules,
  arrayMap(tag -> JSONExtractString(tag, 'tag'), JSONExtractArrayRaw(assumeNotNull(answer), 'scoringResult', 'tagScores')) AS tags,
  facts,
  rule_versions,
  answer,
  decided_at,
  environment,
  decision_id
FROM decisions
WHERE service = 'bonus-scorer' AND kind = 'bonus.change' AND answer IS NOT NULL
COMMENT 'Bonus changes and how they were scored, each exactly once.';

CREATE VIEW IF NOT EXISTS bonus_score_distribution (
  company_id String COMMENT 'Company scope.',
  day Date COMMENT 'Day of the decision, UTC.',
  status String COMMENT 'Status that was asked for.',
  score_from UInt32 COMMENT 'Scores from this one, in steps of 10.',
  changes UInt64 COMMENT 'Changes.',
  players UInt64 COMMENT 'Distinct players.',
  rejected UInt64 COMMENT 'Changes answered RED.'
) AS
SELECT company_id, toDate(decided_at) AS day, status, toUInt32(intDiv(toUInt32(score), 10) * 10) AS score_from, count() AS changes, uniqExact(player_id) AS players, countIf(review_answer = 'RED') AS rejected
FROM bonus_changes
GROUP BY company_id, day, status, score_from
COMMENT 'How bonus scores spread, by company, day and status.';

CREATE VIEW IF NOT EXISTS bonus_rule_hits (
  company_id String COMMENT 'Company scope.',
  rule_id String COMMENT 'Bonus rule.',
  day Date COMMENT 'Day of the decision, UTC.',
  ran UInt64 COMMENT 'Changes on which it ran.',
  matched UInt64 COMMENT 'Changes on which it matched, live.',
  matched_dry UInt64 COMMENT 'Changes on which it matched, in dry run.',
  hit_rate Float64 COMMENT '(matched + matched_dry) / ran.'
) AS
SELECT company_id, rule_id, toDate(decided_at) AS day, count() AS ran, countIf(has(matched_rules, rule_id)) AS matched, countIf(has(dry_run_rules, rule_id)) AS matched_dry, (matched + matched_dry) / ran AS hit_rate
FROM bonus_changes
ARRAY JOIN JSONExtractKeys(rule_versions) AS rule_id
GROUP BY company_id, rule_id, day
COMMENT 'How often each bonus rule ran and matched.';

CREATE VIEW IF NOT EXISTS bonus_rings (
  company_id String COMMENT 'Company scope.',
  alert_id UUID COMMENT 'The ring\'s alert.',
  ring_id String COMMENT 'Member whose coordinated claim was first.',
  mode String COMMENT 'live or dry_run.',
  members UInt32 COMMENT 'Accounts in the ring.',
  links UInt32 COMMENT 'Things that at least two of them share.',
  link_types Array(String) COMMENT 'Kinds of those things: device, phone, payment, ip, name.',
  accounts Array(String) COMMENT 'Player ids of the members.',
  first_claim_at DateTime64(6, 'UTC') COMMENT 'First coordinated claim.',
  last_claim_at DateTime64(6, 'UTC') COMMENT 'Last coordinated claim.',
  revision UInt32 COMMENT 'Revision of the alert.'
) AS
SELECT company_id, alert_id, subject AS ring_id, mode,
  toUInt32(length(JSONExtractArrayRaw(settings, 'members'))) AS members,
  toUInt32(length(JSONExtractArrayRaw(settings, 'links'))) AS links,
  arraySort(arrayDistinct(arrayMap(link -> JSONExtractString(link, 'type'), JSONExtractArrayRaw(settings, 'links')))) AS link_types,
  JSONExtract(settings, 'members', 'Array(String)') AS accounts,
  window_start AS first_claim_at, window_end AS last_claim_at, revision
FROM alerts_current
WHERE rule_id = 'bonus-claim-ring' AND status = 'open'
COMMENT 'Rings of linked accounts that stand, with their sizes.';
