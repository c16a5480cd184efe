import { Account, type Draft, sportsBet } from './account';
import type { Fixture } from './fixtures';
import { type Market, SENEGAL } from './markets';
import type { Player } from './player';
import type { Random } from './random';

/** What an abuse is made of. `start` counts seconds from the day's start; an abuse lasts at most four hours. */
export interface AbuseScene {
  readonly start: number;
  readonly fixtures: readonly Fixture[];
  readonly random: Random;
  newPlayer(market?: Market, over?: Partial<Player>): Player;
}

export interface PlantedDrafts {
  /** Whom the rule should name. */
  readonly player: Player;
  /** Where the rule watches something that players share: that device, phone or IP. */
  readonly subject?: string;
  readonly drafts: readonly Draft[];
}

/**
 * One abuse for each built-in rule, by the rule's id. Each goes far beyond what its rule allows by default and leaves the other rules'
 * subjects alone where it can, so that the sample day shows each rule once per company.
 */
export const ABUSES: Readonly<Record<string, (scene: AbuseScene) => PlantedDrafts>> = {
  'deposit-burst': (scene) =>
    alone(scene, 0, (account, at) => {
      for (let n = 0; n < 12; n += 1) account.deposit(at + n * 25, 3000);
    }),

  'withdrawal-burst': (scene) =>
    alone(scene, 60_000, (account, at) => {
      play(account, scene, at);
      for (let n = 0; n < 12; n += 1) account.withdraw(at + 4000 + n * 25, 2500);
    }),

  'bet-burst': (scene) =>
    alone(scene, 500_000, (account, at) => {
      for (let n = 0; n < 120; n += 1) account.record(at + Math.floor(n / 4), 'BET_PLACED', n % 2 === 0 ? 900 : 1100, { game: { type: 'VIRTUAL', id: 'virtual_racing', name: 'Virtual Racing', bet_id: `bet_${account.player.id}_${n}` } });
    }),

  'deposit-without-play': (scene) =>
    alone(scene, 0, (account, at) => {
      account.deposit(at, 90_000);
      account.withdraw(at + 900, 85_000);
    }),

  'many-operators': (scene) =>
    alone(scene, 0, (account, at) => {
      ['ORANGE_SN', 'WAVE_SN', 'FREE_SN', 'CARD', 'BANK_TRANSFER', 'MTN_CI', 'ORANGE_CI'].forEach((operator, n) => account.deposit(at + n * 400, 2000, operator));
    }),

  'many-countries': (scene) =>
    alone(scene, 30_000, (account, at) => {
      ['SEN', 'CIV', 'MLI', 'GHA', 'NGA', 'FRA'].forEach((country, n) => bet(account, scene, at + n * 400, { ...account.player, market: { ...account.player.market, country } }));
    }),

  'many-ips': (scene) =>
    alone(scene, 60_000, (account, at) => {
      for (let n = 0; n < 15; n += 1) bet(account, scene, at + n * 200, { ...account.player, ip: `102.164.${scene.random.between(0, 255)}.${n + 1}`, sessionId: `${account.player.sessionId}_${n}` });
    }),

  'session-many-ips': (scene) =>
    alone(scene, 60_000, (account, at) => {
      for (let n = 0; n < 6; n += 1) bet(account, scene, at + n * 2000, { ...account.player, ip: `102.165.${scene.random.between(0, 255)}.${n + 1}` });
    }),

  'stake-outlier': (scene) =>
    alone(scene, 300_000, (account, at) => {
      for (let n = 0; n < 30; n += 1) bet(account, scene, at + n * 300, account.player, n % 2 === 0 ? 900 : 1100);
      bet(account, scene, at + 30 * 300, account.player, 200_000);
    }),

  'amount-over-kyc': (scene) =>
    alone(scene, 0, (account, at) => account.deposit(at, 8_000_000), { kycLevel: 0 }),

  structuring: (scene) =>
    alone(scene, 0, (account, at) => {
      for (let n = 0; n < 8; n += 1) account.deposit(at + n * 1500, 950_000 + 1000 * n);
    }, { kycLevel: 5 }),

  'win-streak': (scene) =>
    alone(scene, 100_000, (account, at) => {
      const upsets = scene.fixtures.filter(({ odds, result }) => odds[result] >= 3).slice(0, 10);
      upsets.forEach((fixture, n) => {
        const game = sportsBet(fixture, fixture.result, `bet_${account.player.id}_${n}`);
        account.record(at + n * 900, 'BET_PLACED', 1000, { game });
        account.record(at + n * 900 + 400, 'BET_WON', Math.round(1000 * fixture.odds[fixture.result]), { game });
      });
    }),

  'balance-mismatch': (scene) =>
    alone(scene, 20_000, (account, at) => {
      account.deposit(at, 5000);
      const [deposit] = account.drafts.splice(0, 1) as [Draft];
      account.drafts.push({ ...deposit, balances: { before: 20_000, after: 75_000 } });
    }),

  'early-jackpot': (scene) =>
    alone(scene, 0, (account, at) => {
      const game = { type: 'CASINO', id: 'slot_lion', name: 'Golden Lion', bet_id: `bet_${account.player.id}_1` };
      account.deposit(at, 2000);
      account.record(at + 120, 'BET_PLACED', 500, { game });
      account.record(at + 180, 'JACKPOT', 750_000, { game });
    }),

  'device-sharing': (scene) => shared(scene, 'deviceId', `dev_shared_${scene.random.digits(10)}`),
  'phone-sharing': (scene) => shared(scene, 'phone', `+22178${scene.random.digits(7)}`),
  'ip-sharing': (scene) => shared(scene, 'ip', `197.149.${scene.random.between(0, 255)}.${scene.random.between(1, 254)}`),
};

/** One player, whose account holds `held` at the start. */
function alone(scene: AbuseScene, held: number, act: (account: Account, at: number) => void, over: Partial<Player> = {}): PlantedDrafts {
  const player = scene.newPlayer(SENEGAL, { kycLevel: 3, ...over });
  const account = new Account(player, held);
  act(account, scene.start);
  return { player, drafts: account.drafts };
}

/** Twelve players who each deposit once and share one thing; the rule should name that thing. */
function shared(scene: AbuseScene, field: 'deviceId' | 'phone' | 'ip', subject: string): PlantedDrafts {
  const players = Array.from({ length: 12 }, () => scene.newPlayer(SENEGAL, { kycLevel: 3, [field]: subject }));
  const drafts = players.flatMap((player, n) => {
    const account = new Account(player);
    account.deposit(scene.start + n * 120, 4000);
    return account.drafts;
  });
  return { player: players[players.length - 1] as Player, subject, drafts };
}

function bet(account: Account, scene: AbuseScene, at: number, as: Player, stake = 1000): void {
  const fixture = scene.random.pick(scene.fixtures);
  account.record(at, 'BET_PLACED', stake, { as, game: sportsBet(fixture, 'home', `bet_${account.player.id}_${at}`) });
}

/** A little play before a withdrawal, so that only the rule meant speaks. */
function play(account: Account, scene: AbuseScene, at: number): void {
  for (let n = 0; n < 4; n += 1) bet(account, scene, at + n * 600, account.player);
}
