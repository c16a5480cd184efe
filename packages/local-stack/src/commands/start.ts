import type { Layout } from '../layout/home';
import { showProgress, titleOf } from './progress';
import { createStack } from './stack';

export interface StartOptions {
  readonly only?: string | undefined;
  readonly sampleDay: boolean;
}

/** Starts in the foreground and stays until SIGINT or SIGTERM, which end everything in order. */
export async function start(layout: Layout, options: StartOptions): Promise<void> {
  let started = false;
  const stack = createStack(layout, {
    ...(options.only === undefined ? {} : { only: options.only }),
    onEvent: ({ part, what }) => {
      if (started) console.log(`${new Date().toISOString()} ${part}: ${what}`);
    },
  });
  await stack.begin();
  const end = async (code: number) => {
    await stack.stop();
    process.exit(code);
  };
  const onSignal = () => {
    process.removeAllListeners('SIGINT');
    console.log('\nstopping …');
    void end(0);
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    await showProgress(stack.steps.map(({ name }) => ({ name, title: titleOf(name), done: stack.started(name) })));
  } catch (error) {
    console.error((error as Error).message);
    await end(1);
  }
  started = true;
}
