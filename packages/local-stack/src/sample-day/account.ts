import type { EventTypeCode } from '@stakewatch/contracts';
import type { Fixture, Outcome } from './fixtures';
import type { Player } from './player';

/** An event of the day before it gets its id and its timestamp: `at` counts seconds from the day's start. */
export interface Draft {
  readonly at: number;
  readonly player: Player;
  readonly type: EventTypeCode;
  readonly amount: number;
  /** Null: the operator sends no balances with it. */
  readonly balances: { readonly before: number; readonly after: number } | null;
  readonly game?: Game;
  /** Payment operator, of deposits and withdrawals. */
  readonly operator?: string;
}

export interface Game {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly sport?: string;
  readonly competition?: string;
  readonly odds?: number;
  readonly bet_id?: string;
}

/** What an event does to the player's balance. BET_LOST does nothing: the stake left at BET_PLACED (document 000, event types). Bonuses are kept apart. */
const EFFECT: Readonly<Record<EventTypeCode, 1 | 0 | -1 | null>> = {
  DEPOSIT: 1, WITHDRAWAL: -1, BET_PLACED: -1, BET_WON: 1, BET_LOST: 0, REFUND: 1, CASHOUT: 1, JACKPOT: 1, BONUS_CREDITED: null, BONUS_USED: null,
};

/** A player's account through the day: call its methods in the order of time, and balances add up. */
export class Account {
  readonly drafts: Draft[] = [];

  constructor(
    readonly player: Player,
    private held = 0,
  ) {}

  get balance(): number {
    return this.held;
  }

  record(at: number, type: EventTypeCode, amount: number, more: { game?: Game; operator?: string; as?: Player } = {}): void {
    const { as = this.player, ...rest } = more;
    const effect = EFFECT[type];
    const before = this.held;
    if (effect !== null) this.held += effect * amount;
    this.drafts.push({ at, player: as, type, amount, balances: effect === null ? null : { before, after: this.held }, ...rest });
  }

  deposit(at: number, amount: number, operator = this.player.operator): void {
    this.record(at, 'DEPOSIT', amount, { operator });
  }

  withdraw(at: number, amount: number, operator = this.player.operator): void {
    this.record(at, 'WITHDRAWAL', amount, { operator });
  }
}

export function sportsBet(fixture: Fixture, outcome: Outcome, betId: string): Game {
  return { type: 'SPORTS', id: fixture.id, name: fixture.name, sport: 'football', competition: fixture.competition, odds: fixture.odds[outcome], bet_id: betId };
}
