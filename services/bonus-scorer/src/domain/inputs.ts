import type { BettingEvent, BonusSignal } from '@stakewatch/contracts';

export const BONUS_STATUSES = ['activated', 'canceled', 'lost', 'finished', 'expired'] as const;
export type BonusStatus = (typeof BONUS_STATUSES)[number];

/** Document 001, "Initiate gambling bonus change": the request, as the gateway has validated it. */
export interface BonusChangeRequest {
  readonly txnId: string;
  readonly type: 'gamblingBonusChange';
  readonly txnDate?: string;
  readonly applicant: {
    readonly externalUserId: string;
    readonly fullName?: string;
    readonly type?: string;
    readonly device?: { readonly fingerprint?: string; readonly [more: string]: unknown };
    readonly phone?: string;
    readonly ip?: string;
    readonly [more: string]: unknown;
  };
  readonly gamblingBonusChangeInfo: {
    readonly bonusId: string;
    readonly amount: number;
    readonly status: BonusStatus;
    readonly maxBonusAmount?: number;
    readonly maxBetAmount?: number;
    readonly wagerRequirement?: number;
    readonly currencyType?: 'fiat' | 'crypto';
    readonly currencyCode?: string;
    readonly cryptoParams?: { readonly attemptId?: string; readonly outputIndex?: string; readonly cryptoChain?: string; readonly address?: string };
  };
  readonly sourceKey?: string;
}

/** One bonus change to be decided. Times in microseconds UTC. */
export interface BonusChange {
  readonly companyId: string;
  readonly uuid: string;
  readonly receivedAt: number;
  /** When it happened by the operator's clock; the time it was received when it was sent without. */
  readonly at: number;
  /** Milliseconds from received to queued (the log's own append time), for the answer's review. */
  readonly queuedMs: number;
  readonly request: BonusChangeRequest;
}

/** What one betting event says. */
export type Signal = BonusSignal;

/** A claim at another operator of the same group: nothing of the player but hashes of what ties accounts. */
export interface GroupClaim {
  readonly claimUuid: string;
  readonly companyId: string;
  readonly at: number;
  /** Hashes of device, phone and payment account. */
  readonly evidence: readonly string[];
}

/** What makes rules run: the new status of a bonus, or the type of an event. */
export type Trigger = BonusStatus | 'BET_PLACED' | 'WITHDRAWAL';

/** Every trigger on which rules are run. */
export const TRIGGERS: readonly Trigger[] = [...BONUS_STATUSES, 'BET_PLACED', 'WITHDRAWAL'];

export const signalOf = (event: BettingEvent): Signal => ({
  event_uuid: event.uuid,
  player_id: event.player_id,
  event_type: event.event_type,
  event_timestamp: event.event_timestamp,
  received_at: event.received_at,
  amount: event.amount,
  currency: event.currency,
  game_id: event.game_id,
  game_odds: event.game_odds,
  game_bet_id: event.game_bet_id,
  device_id: event.device_id,
  player_phone: event.player_phone,
  ip_address: event.ip_address,
  operator: event.operator,
});
