/* Made by scripts/generate-avro-types.mjs from schemas/*.avsc; do not edit. */

export type AlertStatus = "open" | "withdrawn";

export type RuleMode = "live" | "dry_run";

export interface AlertFact {
    name: string;
    value: number;
    /**
     * Exclusive.
     */
    window_start: number;
    /**
     * Inclusive: the event's own timestamp.
     */
    window_end: number;
    /**
     * True when the subject had more events than are kept, so the value is a lower bound.
     *
     * Default: false
     */
    truncated: boolean;
}

/**
 * One revision of an alert. alert_id is derived from company, rule, subject and cool-down window, so a redelivery repeats it and never multiplies it.
 */
export interface Alert {
    /**
     * Identity of the alert.
     */
    alert_id: string;
    /**
     * 1 when raised; each later change by late evidence adds one.
     */
    revision: number;
    company_id: string;
    /**
     * withdrawn: late evidence showed that the condition did not hold.
     */
    status: AlertStatus;
    /**
     * dry_run alerts are kept and never sent.
     */
    mode: RuleMode;
    rule_id: string;
    rule_version: number;
    rule_title: string;
    /**
     * low, medium, high or critical.
     */
    severity: string;
    /**
     * Risk score that the rule gives, 0 to 100.
     */
    score: number;
    /**
     * Default: []
     */
    tags: string[];
    /**
     * player, session, device, phone or ip.
     */
    subject_type: string;
    subject: string;
    /**
     * Player of the event that triggered it.
     */
    player_id: string;
    /**
     * Start of the cool-down window that makes one alert of repeated matches.
     */
    window_start: number;
    window_end: number;
    /**
     * The earliest event in the cool-down window on which the rule's condition holds.
     */
    event_uuid: string;
    event_timestamp: number;
    currency: string;
    facts: AlertFact[];
    /**
     * Settings the rule ran with, JSON.
     */
    settings: string;
    /**
     * Events that contributed to the facts, oldest first, the newest 100 of them.
     */
    event_uuids: string[];
    /**
     * How many events contributed, also beyond those listed.
     */
    event_count: number;
    /**
     * received_at of the event whose arrival made this revision; latency runs from here.
     */
    event_received_at: number;
    decided_at: number;
}

export type EventType = "DEPOSIT" | "WITHDRAWAL" | "BET_PLACED" | "BET_WON" | "BET_LOST" | "BONUS_CREDITED" | "BONUS_USED" | "REFUND" | "CASHOUT" | "JACKPOT";

/**
 * One betting event as accepted by the gateway (Betting Monitor API v1). The uuid comes first so that readers can take it from the raw bytes.
 */
export interface BettingEvent {
    /**
     * Identity of the event, derived from company_id and external_event_id. Lower-case, 36 characters.
     */
    uuid: string;
    /**
     * Company scope that owns the event; a sandbox is a scope of its own (<company>-sandbox).
     */
    company_id: string;
    /**
     * The operator's own id of the event (event_id), at most 100 characters.
     */
    external_event_id: string;
    /**
     * The operator's id of the player, at most 100 characters.
     */
    player_id: string;
    /**
     * What happened.
     */
    event_type: EventType;
    /**
     * When it happened, by the operator's clock, in microseconds UTC.
     */
    event_timestamp: number;
    /**
     * When the gateway accepted it, in microseconds UTC.
     */
    received_at: number;
    /**
     * Amount in whole currency units.
     */
    amount: number;
    /**
     * ISO 4217 code.
     */
    currency: string;
    /**
     * Player's balance before the event, whole currency units.
     *
     * Default: null
     */
    balance_before: null | number;
    /**
     * Player's balance after the event, whole currency units.
     *
     * Default: null
     */
    balance_after: null | number;
    /**
     * Player's phone number, at most 50 characters.
     *
     * Default: null
     */
    player_phone: null | string;
    /**
     * ISO 3166-1 alpha-3 country of the player.
     *
     * Default: null
     */
    player_country: null | string;
    /**
     * KYC verification level, 0 to 5.
     *
     * Default: null
     */
    player_kyc_level: null | number;
    /**
     * SPORTS, CASINO, VIRTUAL, LOTTERY, POKER, ESPORTS or LIVE_CASINO.
     *
     * Default: null
     */
    game_type: null | string;
    /**
     * The operator's id of the game.
     *
     * Default: null
     */
    game_id: null | string;
    /**
     * Match or game name.
     *
     * Default: null
     */
    game_name: null | string;
    /**
     * Sport.
     *
     * Default: null
     */
    game_sport: null | string;
    /**
     * Competition.
     *
     * Default: null
     */
    game_competition: null | string;
    /**
     * Decimal odds.
     *
     * Default: null
     */
    game_odds: null | number;
    /**
     * Related bet.
     *
     * Default: null
     */
    game_bet_id: null | string;
    /**
     * DESKTOP, MOBILE, TABLET, API or OTHER.
     *
     * Default: null
     */
    device_type: null | string;
    /**
     * Payment operator.
     *
     * Default: null
     */
    operator: null | string;
    /**
     * Player's IP address.
     *
     * Default: null
     */
    ip_address: null | string;
    /**
     * Player's session.
     *
     * Default: null
     */
    session_id: null | string;
    /**
     * Browser or app user agent, at most 500 characters.
     *
     * Default: null
     */
    user_agent: null | string;
    /**
     * The operator's stable id of the device, an addition of Stakewatch to the document's metadata.
     *
     * Default: null
     */
    device_id: null | string;
    /**
     * True when received_at is more than the allowed lateness (24 h by default) after event_timestamp.
     *
     * Default: false
     */
    late: boolean;
}

export type BonusInputKind = "change" | "query" | "activity" | "group_claim";

export interface BonusSignal {
    event_uuid: string;
    player_id: string;
    event_type: string;
    event_timestamp: number;
    received_at: number;
    /**
     * Whole currency units.
     */
    amount: number;
    currency: string;
    /**
     * Default: null
     */
    game_id: null | string;
    /**
     * Default: null
     */
    game_odds: null | number;
    /**
     * Default: null
     */
    game_bet_id: null | string;
    /**
     * Default: null
     */
    device_id: null | string;
    /**
     * Default: null
     */
    player_phone: null | string;
    /**
     * Default: null
     */
    ip_address: null | string;
    /**
     * Default: null
     */
    operator: null | string;
}

/**
 * One input of the bonus scorer. Commands and activity of a company share one topic and one order, so that a decision worked again after a crash rests on the same evidence.
 */
export interface BonusInput {
    /**
     * Identity. Of a change: derived from company_id and txnId; of activity: from the partition and offset that it was packed from.
     */
    uuid: string;
    /**
     * Company scope.
     */
    company_id: string;
    /**
     * change: a bonus change to be decided; query: a question about what the scorer knows; activity: packed signals of betting events; group_claim: a claim at another operator of the same group.
     */
    kind: BonusInputKind;
    /**
     * When the gateway accepted it, microseconds UTC: the decision's own time.
     */
    received_at: number;
    /**
     * The player's external id.
     *
     * Default: null
     */
    player_id: null | string;
    /**
     * Time of the change by the operator's clock, microseconds UTC.
     *
     * Default: null
     */
    txn_date: null | number;
    /**
     * change: the request as accepted; query: what is asked; group_claim: the claim (JSON). Empty for activity.
     *
     * Default: ""
     */
    body: string;
    /**
     * Of activity: what the events say, in the order of their log.
     *
     * Default: []
     */
    signals: BonusSignal[];
}

/**
 * A decision that is not an alert, with the facts it rested on. The velocity detector writes one for each event it did not count because it came too late.
 */
export interface Decision {
    decision_id: string;
    company_id: string;
    service: string;
    /**
     * event.too_late, …
     */
    kind: string;
    /**
     * Uuid of the event, or id of what was decided on.
     */
    subject_id: string;
    /**
     * Default: null
     */
    player_id: null | string;
    outcome: string;
    /**
     * Default: null
     */
    score: null | number;
    /**
     * JSON.
     */
    facts: string;
    /**
     * JSON object, rule id to version.
     */
    rule_versions: string;
    /**
     * The body that the caller was answered with, word for word, where one waited.
     *
     * Default: null
     */
    answer: null | string;
    decided_at: number;
}

/**
 * What an analyst says of a decision or an alert once the truth is known. Each one is kept; the newest stands.
 */
export interface Label {
    /**
     * Derived from what is said, of what and when.
     */
    label_id: string;
    company_id: string;
    /**
     * transaction, bonus_change or alert.
     */
    subject_type: string;
    /**
     * decision_id, or alert_id.
     */
    subject_id: string;
    /**
     * fraud, genuine or unsure.
     */
    label: string;
    /**
     * Default: null
     */
    note: null | string;
    /**
     * Who says so; the API key (key:<id>) when nobody is named.
     */
    labelled_by: string;
    /**
     * When the gateway took it.
     */
    labelled_at: number;
}

/**
 * All signals for this partition of velocity.signals.v1 of a range of betting.events.v1 were decided on.
 */
export interface ProgressSource {
    /**
     * Of betting.events.v1.
     */
    partition: number;
    /**
     * First offset of the range; -1 where signals came that do not say whose they are: from a detector of an older version.
     */
    from_offset: number;
    /**
     * Last offset of the range, inclusive.
     */
    to_offset: number;
}

/**
 * A consumer has decided on a range of offsets. Status of an event is read from this and from its own row.
 */
export interface ProcessingProgress {
    service: string;
    topic: string;
    partition: number;
    /**
     * First offset of the range.
     */
    from_offset: number;
    /**
     * Last offset of the range, inclusive.
     */
    to_offset: number;
    processed_at: number;
    /**
     * For velocity.signals.v1: the greatest source_time in the range. Only asked for of records that lack sources.
     *
     * Default: null
     */
    source_time: null | number;
    /**
     * Partitions of velocity.signals.v1 whose sources must cover an event of the range before it counts as processed.
     *
     * Default: []
     */
    handed_to: number[];
    /**
     * For velocity.signals.v1: what of betting.events.v1 the range has seen.
     *
     * Default: []
     */
    sources: ProgressSource[];
    /**
     * Events (uuids) that a record in the range is of, or holds signals of, which the service put on the dead letter topic instead. Their status waits for that letter.
     *
     * Default: []
     */
    refused: string[];
}

/**
 * One payment as accepted by the gateway (transaction monitoring, document 003): a command whose sender waits for the decision; or a query for an earlier decision, answered in the same order. The uuid comes first so that readers can take it from the raw bytes.
 */
export interface Transaction {
    /**
     * Identity, derived from company_id and transaction_id. Lower-case, 36 characters.
     */
    uuid: string;
    /**
     * Company scope; a sandbox is a scope of its own (<company>-sandbox).
     */
    company_id: string;
    /**
     * The company's own id of the transaction, at most 100 characters.
     */
    transaction_id: string;
    /**
     * When the gateway accepted it, in microseconds UTC: the transaction's time for every window, and the time of its decision.
     */
    received_at: number;
    /**
     * Amount in the currency's minor units, exact.
     */
    amount_minor: number;
    /**
     * Digits of the currency's minor unit (ISO 4217): 2 for USD, 0 for XOF, 3 for KWD.
     */
    currency_exponent: number;
    /**
     * ISO 4217 code.
     */
    currency: string;
    /**
     * transfer, card, …; the company's own word.
     */
    transaction_type: string;
    /**
     * individual or corporate.
     */
    account_type: string;
    /**
     * completed, pending, failed, …; the company's own word.
     */
    status: string;
    origin_account_number: string;
    origin_bank_code: string;
    destination_account_number: string;
    destination_bank_code: string;
    customer_name: string;
    customer_email: string;
    /**
     * IPv4 or IPv6 address of the customer.
     */
    ip_address: string;
    /**
     * As sent: lat=..,lon=.. or a place's name.
     */
    location: string;
    transaction_description: string;
    /**
     * transaction: to be decided on. query: asks for the decision on transaction_id; all other fields of the transaction are empty.
     *
     * Default: "transaction"
     */
    kind: string;
}

export type SharedSubjectType = "device" | "phone" | "ip";

/**
 * The part of an event that rules can see, and whose timeline it belongs to: fields as in BettingEvent.
 */
export interface VelocitySignal {
    /**
     * The subject is the event's device_id, player_phone or ip_address.
     */
    subject_type: SharedSubjectType;
    uuid: string;
    company_id: string;
    event_type: string;
    event_timestamp: number;
    received_at: number;
    player_id: string;
    amount: number;
    currency: string;
    /**
     * Default: null
     */
    balance_before: null | number;
    /**
     * Default: null
     */
    balance_after: null | number;
    /**
     * Default: null
     */
    game_odds: null | number;
    /**
     * Default: null
     */
    player_kyc_level: null | number;
    /**
     * Default: null
     */
    player_country: null | string;
    /**
     * Default: null
     */
    operator: null | string;
    /**
     * Default: null
     */
    ip_address: null | string;
    /**
     * Default: null
     */
    session_id: null | string;
    /**
     * Default: null
     */
    device_id: null | string;
    /**
     * Default: null
     */
    player_phone: null | string;
    /**
     * Default: null
     */
    device_type: null | string;
    /**
     * Default: null
     */
    game_type: null | string;
    /**
     * Default: null
     */
    game_id: null | string;
    /**
     * Default: null
     */
    game_sport: null | string;
    /**
     * Default: null
     */
    game_competition: null | string;
}

/**
 * What one batch of one partition of betting.events.v1 says about devices, phones and IPs, re-keyed so that each of them has one owner. Idempotent: a signal is identified by its event's uuid.
 */
export interface VelocitySignals {
    /**
     * Partition of betting.events.v1 that the signals came from.
     */
    source_partition: number;
    /**
     * processed_at of the batch they came from; see ProcessingProgress.
     */
    source_time: number;
    /**
     * The record holds all signals for its partition of the source's events from this offset on, up to source_to_offset; -1: not said.
     *
     * Default: -1
     */
    source_from_offset: number;
    /**
     * Inclusive.
     *
     * Default: -1
     */
    source_to_offset: number;
    signals: VelocitySignal[];
}

export type AttemptOutcome = "delivered" | "failed" | "refused" | "abandoned";

/**
 * One attempt to deliver one webhook message to one endpoint.
 */
export interface WebhookAttempt {
    /**
     * Derived from delivery_id and attempt number.
     */
    attempt_id: string;
    /**
     * Derived from alert, revision and endpoint; sent as webhook-id.
     */
    delivery_id: string;
    company_id: string;
    endpoint_id: string;
    url: string;
    /**
     * alert.created, alert.updated, …
     */
    event_type: string;
    alert_id: string;
    alert_revision: number;
    /**
     * 1 for the first.
     */
    attempt: number;
    /**
     * schedule or resend.
     */
    reason: string;
    /**
     * refused: the address is not allowed; abandoned: the last attempt of the schedule failed.
     */
    outcome: AttemptOutcome;
    /**
     * Default: null
     */
    http_status: null | number;
    /**
     * Default: null
     */
    error: null | string;
    /**
     * At most 1024 characters of the answer.
     *
     * Default: null
     */
    response_excerpt: null | string;
    started_at: number;
    duration_ms: number;
    /**
     * Default: null
     */
    next_attempt_at: null | number;
    /**
     * received_at of the event behind the alert; end-to-end latency runs from here.
     */
    event_received_at: number;
}
