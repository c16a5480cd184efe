import type { BenchStack } from '../bench-stack';
import type { Figure } from '../report';

export interface SuiteOptions {
  readonly rounds: number;
  /** Smaller sizes, to try the bench itself; figures of a quick run are not to be quoted. */
  readonly quick: boolean;
  /** Requests a second of the requests suite; all of its rates when absent. */
  readonly rates?: readonly number[];
  readonly progress: (line: string) => void;
}

export interface Suite {
  readonly name: string;
  readonly about: string;
  run(stack: BenchStack, options: SuiteOptions): Promise<readonly Figure[]>;
}

/** Ports for services that a suite starts, apart from those of a stack that runs. */
export const GATEWAY_PORT_OFFSET = 20;

export async function inRounds(rounds: number, progress: (line: string) => void, round: (index: number) => Promise<string>): Promise<void> {
  for (let index = 0; index < rounds; index += 1) progress(`round ${index + 1} of ${rounds}: ${await round(index)}`);
}
