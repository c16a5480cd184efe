import { decideChange } from '../domain/decide';
import { observeSignal } from '../domain/observe';
import { listRings } from '../domain/rings';
import { MemoryRows } from '../domain/rows';
import { makePopulation } from './population';
import { DEFAULT_POLICY } from './values';

export interface RingMeasure {
  readonly players: number;
  readonly inputs: number;
  readonly innocent: Readonly<Record<string, number>>;
  readonly planted: number;
  readonly found: number;
  readonly ringRecall: number;
  readonly ringPrecision: number;
  readonly accountRecall: number;
  readonly accountPrecision: number;
  readonly microsPerInput: number;
  /** Members of the rings that are none of the planted. */
  readonly wrong: readonly (readonly string[])[];
}

const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => [...a].filter((each) => b.has(each)).length;
/** Most of `part` is in `whole`. */
const within = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean => overlap(part, whole) / part.size >= 0.8;

/** Sends a whole population with planted rings through the scorer's domain, and compares the rings found with those planted. */
export function measureRings(seed: number, size: number): RingMeasure {
  const population = makePopulation(seed, size);
  const started = performance.now();
  const rows = new MemoryRows();
  for (const input of population.inputs) {
    if ('signal' in input) observeSignal(rows, 'acme', input.signal, DEFAULT_POLICY);
    else decideChange(rows, input.change, DEFAULT_POLICY);
  }
  const perInput = ((performance.now() - started) * 1000) / population.inputs.length;
  const found = listRings(rows).map(({ members }) => new Set(members));
  const planted = population.planted.map((members) => new Set(members));
  const guilty = new Set(population.planted.flat());
  const accused = new Set(found.flatMap((ring) => [...ring]));
  // A planted ring is found when its accounts are in rings; a ring is right when its accounts are those of one planted ring.
  const right = (ring: ReadonlySet<string>) => planted.some((each) => within(ring, each));
  return {
    players: population.players,
    inputs: population.inputs.length,
    innocent: population.innocent,
    planted: planted.length,
    found: found.length,
    ringRecall: planted.filter((ring) => within(ring, accused)).length / planted.length,
    ringPrecision: found.filter(right).length / found.length,
    accountRecall: overlap(guilty, accused) / guilty.size,
    accountPrecision: overlap(accused, guilty) / accused.size,
    microsPerInput: Math.round(perInput),
    wrong: found.filter((ring) => !right(ring)).map((ring) => [...ring]),
  };
}
