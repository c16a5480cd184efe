-- Transactions are decisions whose answer the caller got; like bonus changes they are read from the decisions themselves
-- (docs/decisions/0033-views-not-materialized.md, 0071-transactions-are-decisions.md).

CREATE VIEW IF NOT EXISTS transactions (
  transaction_id String COMMENT 'The company\'s own id of the transaction.',
  company_id LowCardinality(String) COMMENT 'Company scope; a sandbox is a scope of its own (<company>-sandbox).',
  received_at DateTime64(6, 'UTC') COMMENT 'When the gateway accepted it, which is the transaction\'s and the decision\'s own time.',
  activity_code UInt16 COMMENT 'Activity code that it was answered with: 450 to 457 are suspicious, 200 to 221 safe.',
  fraud_percentage UInt8 COMMENT 'Fraud percentage, 0 to 100.',
  comment Array(String) COMMENT 'Every reason, the one that decided first.',
  amount Decimal(38, 4) COMMENT 'Amount in whole currency units, exact.',
  amount_minor Int64 COMMENT 'Amount in the currency\'s minor units, exact.',
  currency LowCardinality(String) COMMENT 'ISO 4217 code.',
  transaction_type LowCardinality(String) COMMENT 'transfer, card, …; the company\'s own word.',
  account_type LowCardinality(String) COMMENT 'individual or corporate.',
  status LowCardinality(String) COMMENT 'The transaction\'s own status, as sent.',
  status_class LowCardinality(String) COMMENT 'completed, pending, failed or other: what the status means.',
  origin_account_number String COMMENT 'Account number of the originating account.',
  origin_bank_code String COMMENT 'Bank code of the originating account.',
  destination_account_number String COMMENT 'Account number of the destination account.',
  destination_bank_code String COMMENT 'Bank code of the destination account.',
  customer_name String COMMENT 'Customer\'s full name.',
  customer_email String COMMENT 'Customer\'s e-mail address.',
  ip_address String COMMENT 'IP address of the customer.',
  location String COMMENT 'Place of the customer, as sent.',
  transaction_description String COMMENT 'Description, as sent.',
  ip_country String COMMENT 'ISO 3166-1 alpha-2 country of the IP address; empty where not known.',
  place_country String COMMENT 'ISO 3166-1 alpha-2 country of the stated place; empty where not known.',
  matched_rules Array(String) COMMENT 'Ids of the live rules that held.',
  dry_run_rules Array(String) COMMENT 'Ids of the dry-run rules that held.',
  facts String COMMENT 'All that the decision rested on, JSON.',
  rule_versions String COMMENT 'Version of each rule that ran, JSON.',
  answer Nullable(String) COMMENT 'The very body that the caller got, JSON.',
  environment LowCardinality(String) COMMENT 'live or sandbox, from company_id.',
  decision_id UUID COMMENT 'The decision in decisions.'
) AS
SELECT
  JSONExtractString(facts, 'transaction', 'transaction_id') AS transaction_id,
  company_id,
  decided_at AS received_at,
  toUInt16OrZero(outcome) AS activity_code,
  toUInt8(ifNull(decisions.score, 0)) AS fraud_percentage,
  JSONExtract(assumeNotNull(answer), 'data', 'comment', 'Array(String)') AS comment,
  toDecimal128(JSONExtractInt(facts, 'transaction', 'amount_minor'), 4) / toDecimal128(toString(exp10(JSONExtractInt(facts, 'transaction', 'currency_exponent'))), 0) AS amount,
  JSONExtractInt(facts, 'transaction', 'amount_minor') AS amount_minor,
  JSONExtractString(facts, 'transaction', 'currency') AS currency,
  JSONExtractString(facts, 'transaction', 'transaction_type') AS transaction_type,
  JSONExtractString(facts, 'transaction', 'account_type') AS account_type,
  JSONExtractString(facts, 'transaction', 'status') AS status,
  JSONExtractString(facts, 'transaction', 'status_class') AS status_class,
  JSONExtractString(facts, 'transaction', 'origin_account_number') AS origin_account_number,
  JSONExtractString(facts, 'transaction', 'origin_bank_code') AS origin_bank_code,
  JSONExtractString(facts, 'transaction', 'destination_account_number') AS destination_account_number,
  JSONExtractString(facts, 'transaction', 'destination_bank_code') AS destination_bank_code,
  JSONExtractString(facts, 'transaction', 'customer_name') AS customer_name,
  JSONExtractString(facts, 'transaction', 'customer_email') AS customer_email,
  JSONExtractString(facts, 'transaction', 'ip_address') AS ip_address,
  JSONExtractString(facts, 'transaction', 'location') AS location,
  JSONExtractString(facts, 'transaction', 'transaction_description') AS transaction_description,
  JSONExtractString(facts, 'place', 'ip_country') AS ip_country,
  JSONExtractString(facts, 'place', 'place_country') AS place_country,
  arrayMap(rule -> JSONExtractString(rule, 'rule'), arrayFilter(rule -> JSONExtractString(rule, 'mode') = 'live', JSONExtractArrayRaw(facts, 'matched'))) AS matched_rules,
  arrayMap(rule -> JSONExtractString(rule, 'rule'), arrayFilter(rule -> JSONExtractString(rule, 'mode') = 'dry_run', JSONExtractArrayRaw(facts, 'matched'))) AS dry_run_rules,
  facts,
  rule_versions,
  answer,
  environment,
  decision_id
FROM decisions
WHERE service = 'transaction-monitor' AND kind = 'transaction' AND answer IS NOT NULL
COMMENT 'Transactions and how they were decided, each exactly once.';

CREATE VIEW IF NOT EXISTS transaction_codes_daily (
  company_id String COMMENT 'Company scope.',
  day Date COMMENT 'Day of the decision, UTC.',
  activity_code UInt16 COMMENT 'Activity code.',
  currency String COMMENT 'ISO 4217 code.',
  transactions UInt64 COMMENT 'Transactions.',
  customers UInt64 COMMENT 'Distinct customers, by e-mail address.',
  amount Decimal(38, 4) COMMENT 'Sum of their amounts, exact.',
  fraud_percentage Float64 COMMENT 'Mean fraud percentage.'
) AS
SELECT company_id, toDate(received_at) AS day, activity_code, currency, count() AS transactions, uniqExact(customer_email) AS customers, sum(transactions.amount) AS amount, avg(transactions.fraud_percentage) AS fraud_percentage
FROM transactions
GROUP BY company_id, day, activity_code, currency
COMMENT 'How often each activity code was answered, by company, day and currency.';

CREATE VIEW IF NOT EXISTS transaction_rule_hits (
  company_id String COMMENT 'Company scope.',
  rule_id String COMMENT 'Transaction rule.',
  day Date COMMENT 'Day of the decision, UTC.',
  ran UInt64 COMMENT 'Transactions on which it ran.',
  matched UInt64 COMMENT 'Transactions on which it held, live.',
  matched_dry UInt64 COMMENT 'Transactions on which it held, in dry run.',
  hit_rate Float64 COMMENT '(matched + matched_dry) / ran.'
) AS
SELECT company_id, rule_id, toDate(received_at) AS day, count() AS ran, countIf(has(matched_rules, rule_id)) AS matched, countIf(has(dry_run_rules, rule_id)) AS matched_dry, (matched + matched_dry) / ran AS hit_rate
FROM transactions
ARRAY JOIN JSONExtractKeys(rule_versions) AS rule_id
GROUP BY company_id, rule_id, day
COMMENT 'How often each transaction rule ran and held.';
