import type { Layout } from '../layout/home';
import { livingOwner } from '../supervisor/lock';
import { afterStart } from './after-start';
import { refuseTakenPorts } from './planned';
import { showProgress, titleOf } from './progress';
import { createStack } from './stack';

export interface StartOptions {
  readonly only?: string | undefined;
  readonly sampleDay: boolean;
}

/** Starts in the foreground and stays until SIGINT, SIGTERM or SIGHUP (its terminal was closed), which end everything in order. */
export async function start(layout: Layout, options: StartOptions): Promise<void> {
  if (livingOwner(layout.lockFile) === null) await refuseTakenPorts(layout, options.only);
  let tellEvents = false;
  const stack = createStack(layout, {
    ...(options.only === undefined ? {} : { only: options.only }),
    onEvent: ({ part, what }) => {
      if (tellEvents) console.log(`${new Date().toISOString()} ${part}: ${what}`);
    },
  });
  await stack.begin();
  let stopping = false;
  const end = async (code: number) => {
    stopping = true;
    await stack.stop();
    process.exit(code);
  };
  // A terminal that was closed takes no more words; the end goes on without them.
  process.stdout.on('error', () => undefined);
  // The handlers stay, so that a second Ctrl-C (npm passes its own on) does not cut the clean end short.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      console.log('\nstopping …');
      void end(0);
    });
  }
  try {
    await showProgress(stack.steps.map(({ name }) => ({ name, title: titleOf(name), done: stack.started(name) })));
    tellEvents = true;
    await afterStart(layout, options);
    console.log('Ctrl-C stops everything.');
  } catch (error) {
    if (stopping) return;
    console.error((error as Error).message);
    await end(1);
  }
}
