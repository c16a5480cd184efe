import type { StackFile } from '@stakewatch/contracts';
import { Listr } from 'listr2';
import { readJsonOrNull, writeJsonAtomically } from '../layout/atomic-file';
import type { Layout } from '../layout/home';
import { playSampleDay } from '../sample-day';
import { SIGNALS_ARE_OURS } from './progress';

/** What is remembered of the sample day; also the mark that it was played. */
export interface PlayedMark {
  readonly accepted: number;
  readonly refused: number;
  readonly seconds: number;
}

export function playedSampleDay(layout: Layout): PlayedMark | null {
  return readJsonOrNull(layout.sampleDayFile) as PlayedMark | null;
}

/**
 * Plays the sample day through the gateway. The mark is written when the last batch was answered: a start that was cut off
 * before plays again, and event ids make that harmless.
 */
export async function playWithProgress(layout: Layout, stack: StackFile): Promise<PlayedMark> {
  const began = Date.now();
  const show = listener();
  let played: PlayedMark | null = null;
  const task = async (update: (title: string) => void) => {
    const { accepted, failed } = await playSampleDay({
      gatewayUrl: stack.gateway,
      apiKeys: stack.companies.filter(({ plan }) => plan !== 'sandbox').map(({ id, apiKey }) => ({ companyId: id, apiKey })),
      now: new Date(),
      onProgress: ({ sent, total }) => update(`sample day: ${sent} of ${total} events`),
    });
    played = { accepted, refused: failed.length, seconds: (Date.now() - began) / 1000 };
  };
  await show(task);
  if (played === null) throw new Error('the sample day was not played');
  writeJsonAtomically(layout.sampleDayFile, played);
  return played;
}

type Task = (update: (title: string) => void) => Promise<void>;

/** A line that counts at a terminal; elsewhere a plain line at every fifth of the way. */
function listener(): (task: Task) => Promise<void> {
  if (process.stdout.isTTY) {
    return (run) => new Listr([{ title: 'sample day', task: (_context, task) => run((title) => (task.title = title)) }], SIGNALS_ARE_OURS).run().then(() => undefined);
  }
  return async (run) => {
    let calls = 0;
    let last = '';
    await run((title) => {
      last = title;
      if ((calls += 1) % 5 === 0) console.log(title);
    });
    console.log(last);
  };
}
