import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Spread } from './statistics';

/** One line of the report: what was measured, in which unit, over how many rounds. */
export interface Figure {
  readonly suite: string;
  readonly name: string;
  readonly unit: string;
  readonly spread: Spread;
  readonly rounds: number;
  /** What the project set out to reach, with how the median is to be compared with it. */
  readonly target?: { readonly at: 'least' | 'most'; readonly value: number };
}

export function met(figure: Figure): boolean | null {
  if (!figure.target) return null;
  return figure.target.at === 'least' ? figure.spread.median >= figure.target.value : figure.spread.median <= figure.target.value;
}

export function markdownOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { min, median, max } = figure.spread;
    const target = figure.target ? `${figure.target.at === 'least' ? '≥' : '≤'} ${number(figure.target.value)} ${met(figure) ? '(met)' : '(not met)'}` : '';
    return `| ${figure.suite} | ${figure.name} | ${figure.unit} | ${number(min)} | ${number(median)} | ${number(max)} | ${figure.rounds} | ${target} |`;
  });
  return ['| suite | figure | unit | min | median | max | rounds | target |', '|---|---|---|--:|--:|--:|--:|---|', ...rows].join('\n');
}

/** Writes bench-results/<time>.json and bench-results/latest.md. Returns both paths. */
export function writeReport(root: string, figures: readonly Figure[], at: Date): readonly string[] {
  const folder = join(root, 'bench-results');
  mkdirSync(folder, { recursive: true });
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown', memoryBytes: totalmem(), node: process.version };
  const json = join(folder, `${at.toISOString().replace(/[:.]/g, '-')}.json`);
  const latest = join(folder, 'latest.md');
  writeFileSync(json, `${JSON.stringify({ at: at.toISOString(), machine, figures }, null, 2)}\n`);
  writeFileSync(latest, `# Bench, ${at.toISOString()}\n\n${machine.cpus} cores (${machine.model}), Node ${machine.node}.\n\n${markdownOf(figures)}\n`);
  return [json, latest];
}

function number(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}
