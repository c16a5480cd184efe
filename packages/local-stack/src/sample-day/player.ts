import { MARKETS, type Market } from './markets';
import type { Random } from './random';

/** A made-up player: everything that stays the same through the day. */
export interface Player {
  readonly id: string;
  readonly market: Market;
  readonly phone: string;
  readonly kycLevel: number;
  readonly deviceType: string;
  readonly deviceId: string;
  readonly ip: string;
  readonly sessionId: string;
  readonly operator: string;
}

/**
 * Makes players that share nothing: each has its own phone, device, IP and session. `tag` (day and seed) is part of every id,
 * so that two sample days don't run into each other's history.
 */
export function playerMaker(tag: string, company: string, random: Random): (market?: Market, over?: Partial<Player>) => Player {
  let count = 0;
  return (market = weighted(random), over = {}) => {
    count += 1;
    const number = String(count).padStart(4, '0');
    return {
      id: `pl_${tag}_${number}`,
      market,
      phone: `${market.phone}${random.digits(3)}${number}`,
      kycLevel: random.between(1, 3),
      deviceType: random.pick(['MOBILE', 'MOBILE', 'MOBILE', 'DESKTOP', 'TABLET']),
      deviceId: `dev_${tag}_${company}_${number}`,
      ip: `${market.network}.${(count >> 8) + 16 * random.between(0, 15)}.${count & 255}`,
      sessionId: `sess_${tag}_${number}`,
      operator: random.pick(market.operators),
      ...over,
    };
  };
}

function weighted(random: Random): Market {
  let left = random.next() * MARKETS.reduce((sum, { weight }) => sum + weight, 0);
  return MARKETS.find(({ weight }) => (left -= weight) < 0) ?? (MARKETS[0] as Market);
}
