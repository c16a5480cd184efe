import { randomOf } from '@stakewatch/random';
import type { BonusChange, Signal } from '../domain/inputs';
import { DAY, HOUR } from '../domain/time';
import { change, signal, T0 } from './values';

/** Inputs of a whole population with planted rings, in the order of their time. The same seed gives the same population. */
export interface Population {
  readonly inputs: readonly ({ readonly at: number } & ({ readonly signal: Signal } | { readonly change: BonusChange }))[];
  readonly planted: readonly (readonly string[])[];
  readonly players: number;
  /** Innocent groups by kind. */
  readonly innocent: Readonly<Record<string, number>>;
}

/** Honest players join over a year; rings and reloads fall into its last quarter. */
const YEAR_DAYS = 365;
const SPAN_DAYS = 90;
const RELOAD_DAYS = [20, 41, 62, 83];
const NAMES = ['Ndiaye', 'Diop', 'Fall', 'Sow', 'Ba', 'Gueye', 'Faye', 'Sarr', 'Kane', 'Ly'].flatMap((family) => ['Awa', 'Fatou', 'Moussa', 'Ibrahima', 'Mariama', 'Cheikh', 'Aminata', 'Ousmane', 'Khady', 'Modou'].map((given) => `${given} ${family}`));

interface Person {
  readonly id: string;
  readonly joined: number;
  readonly regular: boolean;
  readonly devices: readonly string[];
  readonly phone: string | null;
  readonly ips: readonly string[];
  readonly wallet?: string;
  readonly name: string;
}

class World {
  readonly inputs: Population['inputs'][number][] = [];
  readonly planted: string[][] = [];
  readonly innocent: Record<string, number> = {};
  readonly random: () => number;
  players = 0;
  private made = 0;

  constructor(seed: number) {
    this.random = randomOf(seed);
  }

  between = (least: number, most: number): number => least + Math.floor(this.random() * (most - least + 1));
  chance = (probability: number): boolean => this.random() < probability;
  pick = <T>(from: readonly T[]): T => from[Math.floor(this.random() * from.length)] as T;
  fresh = (kind: string): string => `${kind}-${(this.made += 1)}`;
  count(kind: string): void {
    this.innocent[kind] = (this.innocent[kind] ?? 0) + 1;
  }

  person(overrides: Partial<Person> = {}): Person {
    this.players += 1;
    return {
      id: `p${this.players}`,
      joined: T0 + Math.floor((SPAN_DAYS - this.random() * YEAR_DAYS) * DAY),
      regular: this.chance(0.3),
      devices: [this.fresh('device')],
      phone: this.chance(0.8) ? this.fresh('phone') : null,
      ips: [this.fresh('ip')],
      name: this.pick(NAMES),
      ...overrides,
    };
  }

  /** A day of ordinary activity. */
  day(person: Person, at: number): void {
    this.inputs.push({ at, signal: signal(person.id, at, { device_id: this.pick(person.devices), player_phone: person.phone, ip_address: this.pick(person.ips) }) });
  }

  claim(person: Person, bonusId: string, at: number): void {
    const crypto = person.wallet ? { currencyType: 'crypto' as const, cryptoParams: { cryptoChain: 'BTC', attemptId: person.wallet } } : {};
    this.inputs.push({ at, change: change(person.id, 'activated', at, { bonusId, ...crypto }, { device: this.pick(person.devices), name: person.name }) });
  }

  /** An honest player's life: joins, perhaps takes the welcome bonus, plays, perhaps takes the Friday reload. */
  live(person: Person): void {
    this.day(person, person.joined);
    if (this.chance(0.4)) this.claim(person, 'welcome', person.joined + this.between(1, 24) * HOUR);
    for (let day = person.regular ? this.between(6, 9) : this.between(0, 2), at = person.joined; day > 0; day -= 1) this.day(person, (at += DAY + this.between(0, 20) * HOUR));
    for (const day of RELOAD_DAYS) {
      const at = T0 + day * DAY;
      if (at > person.joined + DAY && this.chance(person.regular ? 0.3 : 0.05)) this.claim(person, `reload-${day}`, at + this.between(0, 12) * HOUR);
    }
  }
}

export function makePopulation(seed: number, size: number): Population {
  const world = new World(seed);
  families(world, size * 0.06);
  offices(world, 150);
  cafes(world, 25);
  rings(world, 20);
  const nats = Array.from({ length: 30 }, () => world.fresh('nat'));
  while (world.players < size) {
    // Half of the others come through one of their carrier's addresses.
    const own = world.fresh('ip');
    world.live(world.person({ ips: world.chance(0.5) ? [own, world.pick(nats)] : [own] }));
  }
  world.innocent['carrier NAT'] = nats.length;
  world.inputs.sort((a, b) => a.at - b.at);
  return { inputs: world.inputs, planted: world.planted, players: world.players, innocent: world.innocent };
}

/** One home, its addresses; often one tablet, sometimes one phone or wallet. A few do what rings do. */
function families(world: World, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const home = [world.fresh('ip'), world.fresh('ip')];
    const tablet = world.chance(0.5) ? world.fresh('device') : null;
    const phone = world.chance(0.15) ? world.fresh('phone') : null;
    const wallet = world.chance(0.1) ? world.fresh('wallet') : undefined;
    // One whole family joins on one weekend and takes a bonus on the tablet: not to be told from a ring.
    const weekend = index === 0 ? T0 + 30 * DAY : null;
    const members = Array.from({ length: weekend ? 3 : world.between(2, 5) }, () =>
      world.person({
        ips: home,
        devices: tablet || weekend ? [tablet ?? 'weekend-tablet', world.fresh('device')] : [world.fresh('device')],
        ...(phone ? { phone } : {}),
        ...(wallet ? { wallet } : {}),
        ...(weekend ? { joined: weekend + world.between(0, 24) * HOUR } : {}),
        // Thirty families of regulars take each reload on the same day.
        ...(index >= 2 && index < 32 ? { regular: true, joined: T0 + world.between(0, 30) * DAY } : {}),
      }),
    );
    for (const member of members) {
      world.live(member);
      if (weekend) world.claim(member, 'weekend', member.joined + HOUR);
      if (index >= 2 && index < 32) world.claim(member, 'cup-final', T0 + 80 * DAY + world.between(0, 3) * HOUR);
    }
    world.count('families');
  }
}

function offices(world: World, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const ips = Array.from({ length: world.between(1, 2) }, () => world.fresh('ip'));
    for (let size = world.between(5, 40); size > 0; size -= 1) world.live(world.person({ ips: [...ips, world.fresh('ip')] }));
    world.count('offices');
  }
}

/** A public terminal that newcomers sign up on. */
function cafes(world: World, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const [device, ip] = [world.fresh('device'), world.fresh('ip')];
    for (let size = world.between(15, 60); size > 0; size -= 1) world.live(world.person({ devices: [device], ips: [ip] }));
    world.count('cafes');
  }
}

const RING_KINDS = ['device', 'phone', 'wallet', 'ip', 'chain'] as const;

/** Accounts of one hand: made or woken to claim one bonus within two days, sharing one kind of thing, or each the next one's. */
function rings(world: World, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const kind = RING_KINDS[index % RING_KINDS.length] as (typeof RING_KINDS)[number];
    const start = T0 + world.between(5, SPAN_DAYS - 5) * DAY;
    const shared = world.fresh(kind);
    const proxies = Array.from({ length: 3 }, () => world.fresh('proxy'));
    // Some hands keep accounts for weeks before they use them.
    const aged = kind !== 'ip' && world.chance(0.3) ? 30 * DAY : 0;
    const links = Array.from({ length: 11 }, () => world.fresh('device'));
    const members = Array.from({ length: world.between(3, 10) }, (_, at) =>
      world.person({
        regular: false,
        joined: start - aged + world.between(0, 12) * HOUR,
        ...(kind === 'device' ? { devices: [shared] } : {}),
        ...(kind === 'phone' ? { phone: shared } : {}),
        ...(kind === 'wallet' ? { wallet: shared } : {}),
        ...(kind === 'ip' ? { ips: proxies } : {}),
        ...(kind === 'chain' ? { devices: [links[at] as string, links[at + 1] as string] } : {}),
      }),
    );
    for (const member of members) {
      for (const device of member.devices) for (const ip of member.ips) world.inputs.push({ at: member.joined, signal: signal(member.id, member.joined, { device_id: device, player_phone: member.phone, ip_address: ip }) });
      world.claim(member, 'welcome', start + world.between(1, 40) * HOUR);
    }
    world.planted.push(members.map(({ id }) => id));
  }
}
