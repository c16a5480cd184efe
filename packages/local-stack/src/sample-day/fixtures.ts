import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A real match with the market's average decimal odds and its final score (data/README.md). */
export interface Fixture {
  readonly id: string;
  readonly name: string;
  readonly competition: string;
  readonly odds: Readonly<Record<Outcome, number>>;
  readonly result: Outcome;
}

export const OUTCOMES = ['home', 'draw', 'away'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export function readFixtures(path = join(__dirname, '..', '..', 'data', 'fixtures.csv')): Fixture[] {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line, index) => {
    const [, competition, home, away, homeOdds, drawOdds, awayOdds, homeGoals, awayGoals] = line.split(',') as string[];
    const margin = Number(homeGoals) - Number(awayGoals);
    return {
      id: `match_${index + 1}`,
      name: `${home} vs ${away}`,
      competition: competition as string,
      odds: { home: Number(homeOdds), draw: Number(drawOdds), away: Number(awayOdds) },
      result: margin > 0 ? 'home' : margin < 0 ? 'away' : 'draw',
    };
  });
}
