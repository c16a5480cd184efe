import { measureRings } from '../testing/measure-rings';

/** Other populations are measured by naming their seeds: STAKEWATCH_RING_SEEDS=1,2,3. */
const SEEDS = (process.env['STAKEWATCH_RING_SEEDS'] ?? '20260203').split(',').map(Number);

test.each(SEEDS)('20 planted rings among 50,000 players are found, and innocent sharing is not taken for rings (seed %d)', (seed) => {
  const { wrong, ...figures } = measureRings(seed, 50_000);
  const { ringRecall, accountRecall, ringPrecision, accountPrecision } = figures;
  process.stdout.write(`seed ${seed}: recall ${ringRecall.toFixed(3)} by ring, ${accountRecall.toFixed(3)} by account; precision ${ringPrecision.toFixed(3)} by ring, ${accountPrecision.toFixed(3)} by account; ${JSON.stringify({ ...figures, wrong: wrong.map((members) => members.length) })}\n`);
  expect(Math.min(ringRecall, accountRecall)).toBeGreaterThanOrEqual(0.95);
  expect(Math.min(ringPrecision, accountPrecision)).toBeGreaterThanOrEqual(0.9);
}, 240_000);
