import type { StackFile } from '@stakewatch/contracts';
import { readJsonOrNull } from '../layout/atomic-file';
import type { Layout } from '../layout/home';
import { playedSampleDay, playWithProgress } from './sample-day';
import { settledSummary } from './settle';
import { summaryText } from './summary-text';

const SETTLE_FIRST_MS = 60_000;
const SETTLE_AGAIN_MS = 3_000;

/** Once everything is ready: the sample day if it was not played yet, and what there is to see. A part of the stack only: its addresses. */
export async function afterStart(layout: Layout, options: { only?: string | undefined; sampleDay: boolean }): Promise<void> {
  const stack = readStackFile(layout);
  if (options.only !== undefined) return console.log(`up: ${options.only}; addresses in ${layout.stackFile}`);
  const before = playedSampleDay(layout);
  const played = before ?? (options.sampleDay ? await playWithProgress(layout, stack) : null);
  if (!options.sampleDay) return console.log(`up; addresses in ${layout.stackFile}`);
  const counts = await settledSummary(stack, before ? SETTLE_AGAIN_MS : SETTLE_FIRST_MS);
  console.log(summaryText(stack, counts, played, new Date()));
}

/** @throws {Error} when it is gone or cut off: the supervisor writes it when a process starts or ends. */
function readStackFile({ stackFile }: Layout): StackFile {
  const stack = readJsonOrNull(stackFile) as StackFile | null;
  if (stack === null) throw new Error(`the stack runs, and ${stackFile} is not there or not whole; "npm run down" and "npm run up" make it anew`);
  return stack;
}
