import type { Draft } from './account';
import { ABUSES } from './abuses';
import { type Fixture, readFixtures } from './fixtures';
import { ordinaryDay } from './ordinary-day';
import { type Player, playerMaker } from './player';
import { randomFrom } from './random';

/** A grouped event of document 000, POST /api/v1/events, with metadata.device_id as Stakewatch's addition. */
export interface SampleEvent {
  readonly event_id: string;
  readonly player: { readonly id: string; readonly phone: string; readonly country: string; readonly kyc_level: number };
  readonly event: {
    readonly type: string;
    readonly timestamp: string;
    readonly amount: number;
    readonly currency: string;
    readonly balance_before?: number;
    readonly balance_after?: number;
  };
  readonly game?: Draft['game'];
  readonly metadata: {
    readonly device_type: string;
    readonly ip_address: string;
    readonly session_id: string;
    readonly device_id: string;
    readonly operator?: string;
  };
}

export interface PlantedAbuse {
  readonly companyId: string;
  /** Id of the built-in rule that should speak. */
  readonly ruleId: string;
  readonly playerId: string;
  /** What the alert is about: the player, or the shared device, phone or IP. */
  readonly subject: string;
}

export interface SampleDay {
  /** Events of each company, oldest first. */
  readonly companies: readonly { readonly companyId: string; readonly events: readonly SampleEvent[] }[];
  readonly planted: readonly PlantedAbuse[];
}

/** The day is laid over the last 23 h 21 min, so that its first event is still in time (24 h) when a slow start sends it late. */
const DAY_SECONDS = 84_000;
const ENDS_BEFORE_NOW_SECONDS = 60;
const ABUSE_FROM = 10_000;
const ABUSE_TO = 66_000;
const DEFAULT_EVENTS = 5000;

export interface SampleDayOptions {
  /** Company scopes; each gets every abuse and its share of ordinary players. */
  readonly companyIds: readonly string[];
  readonly now: Date;
  /** Default 'stakewatch'. */
  readonly seed?: string;
  /** About how many events in all; default 5000. */
  readonly events?: number;
  readonly fixtures?: readonly Fixture[];
}

/**
 * The sample day, pure: the same seed and UTC day give the same players, amounts and event ids, so that playing it twice on a day
 * adds nothing. Only the timestamps move with `now`.
 */
export function makeSampleDay(options: SampleDayOptions): SampleDay {
  const { companyIds, now, seed = 'stakewatch', events = DEFAULT_EVENTS, fixtures = readFixtures() } = options;
  const tag = now.toISOString().slice(0, 10).replaceAll('-', '') + (seed === 'stakewatch' ? '' : randomFrom(seed).digits(4));
  const startMs = Math.floor(now.getTime() / 1000 - ENDS_BEFORE_NOW_SECONDS - DAY_SECONDS) * 1000;
  const planted: PlantedAbuse[] = [];
  const companies = companyIds.map((companyId) => {
    const drafts = companyDrafts(companyId, tag, fixtures, Math.round(events / companyIds.length), planted);
    drafts.sort((a, b) => a.at - b.at);
    return { companyId, events: drafts.map((draft, index) => toEvent(draft, `evt_${tag}_${String(index + 1).padStart(5, '0')}`, startMs)) };
  });
  return { companies, planted };
}

function companyDrafts(companyId: string, tag: string, fixtures: readonly Fixture[], wanted: number, planted: PlantedAbuse[]): Draft[] {
  const random = randomFrom(`${tag}/${companyId}`);
  const newPlayer = playerMaker(tag, companyId, random);
  const drafts: Draft[] = [];
  for (const [ruleId, plant] of Object.entries(ABUSES)) {
    const { player, subject = player.id, drafts: made } = plant({ start: random.between(ABUSE_FROM, ABUSE_TO), fixtures, random, newPlayer });
    planted.push({ companyId, ruleId, playerId: player.id, subject });
    drafts.push(...made);
  }
  while (drafts.length < wanted) drafts.push(...ordinaryDay(newPlayer(), fixtures, random));
  return drafts;
}

function toEvent({ at, player, type, amount, balances, game, operator }: Draft, eventId: string, startMs: number): SampleEvent {
  return {
    event_id: eventId,
    player: playerOf(player),
    event: {
      type,
      timestamp: new Date(startMs + at * 1000).toISOString(),
      amount,
      currency: player.market.currency,
      ...(balances === null ? {} : { balance_before: balances.before, balance_after: balances.after }),
    },
    ...(game === undefined ? {} : { game }),
    metadata: { device_type: player.deviceType, ip_address: player.ip, session_id: player.sessionId, device_id: player.deviceId, ...(operator === undefined ? {} : { operator }) },
  };
}

const playerOf = ({ id, phone, market, kycLevel }: Player): SampleEvent['player'] => ({ id, phone, country: market.country, kyc_level: kycLevel });
