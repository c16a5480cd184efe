import { makePopulation } from '../testing/population';
import { DEFAULT_POLICY } from '../testing/values';
import { decideChange } from './decide';
import { observeSignal } from './observe';
import { listRings } from './rings';
import { MemoryRows } from './rows';

const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => [...a].filter((each) => b.has(each)).length;
/** Most of `part` is in `whole`. */
const within = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean => overlap(part, whole) / part.size >= 0.8;

test('20 planted rings among 50,000 players are found, and innocent sharing is not taken for rings', () => {
  const population = makePopulation(20_260_203, 50_000);
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
  const ringRecall = planted.filter((ring) => within(ring, accused)).length / planted.length;
  const ringPrecision = found.filter((ring) => planted.some((each) => within(ring, each))).length / found.length;
  const accountRecall = overlap(guilty, accused) / guilty.size;
  const accountPrecision = overlap(accused, guilty) / accused.size;
  const report = { players: population.players, inputs: population.inputs.length, innocent: population.innocent, planted: planted.length, found: found.length, ringRecall, ringPrecision, accountRecall, accountPrecision, microsPerInput: Math.round(perInput) };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(Math.min(ringRecall, accountRecall)).toBeGreaterThanOrEqual(0.95);
  expect(Math.min(ringPrecision, accountPrecision)).toBeGreaterThanOrEqual(0.9);
}, 240_000);
