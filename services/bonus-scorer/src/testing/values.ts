import type { BonusChange, BonusChangeRequest, BonusStatus, Signal } from '../domain/inputs';
import { bonusChangeUuidOf } from '@stakewatch/contracts';
import { policyOf } from '../domain/policy';
import { DAY } from '../domain/time';

/** Values for tests of this service; override what the test is about. Times in microseconds UTC. */
export const T0 = Date.UTC(2026, 1, 3, 12) * 1000;
export const COMPANY = 'acme';
export const DEFAULT_POLICY = policyOf([]).policy;

type Info = Partial<BonusChangeRequest['gamblingBonusChangeInfo']>;

let txns = 0;

export function change(player: string, status: BonusStatus, at: number, info: Info = {}, more: { device?: string; phone?: string; ip?: string; name?: string; txnId?: string } = {}): BonusChange {
  const txnId = more.txnId ?? `txn-${(txns += 1)}`;
  return {
    companyId: COMPANY,
    uuid: bonusChangeUuidOf(COMPANY, txnId),
    receivedAt: at + 1000,
    at,
    queuedMs: 1,
    request: {
      txnId,
      type: 'gamblingBonusChange',
      gamblingBonusChangeInfo: { bonusId: 'welcome', amount: 80, status, ...info },
      applicant: {
        externalUserId: player,
        ...(more.name ? { fullName: more.name } : {}),
        ...(more.device ? { device: { fingerprint: more.device } } : {}),
        ...(more.phone ? { phone: more.phone } : {}),
        ...(more.ip ? { ip: more.ip } : {}),
      },
    },
  };
}

let events = 0;

export function signal(player: string, at: number, overrides: Partial<Signal> = {}): Signal {
  events += 1;
  return {
    event_uuid: `00000000-0000-4000-8000-${String(events).padStart(12, '0')}`,
    player_id: player,
    event_type: 'BET_PLACED',
    event_timestamp: at,
    received_at: at + 1000,
    amount: 5,
    currency: 'EUR',
    game_id: null,
    game_odds: null,
    game_bet_id: null,
    device_id: null,
    player_phone: null,
    ip_address: null,
    operator: null,
    ...overrides,
  };
}

export const days = (count: number): number => count * DAY;
