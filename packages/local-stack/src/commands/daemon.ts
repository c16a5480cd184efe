import type { Layout } from '../layout/home';
import { AlreadyRunning } from '../supervisor/lock';
import type { Supervisor } from '../supervisor/supervisor';
import { createStack } from './stack';

/** What the background supervisor tells the command that started it, until that one goes. */
export type DaemonMessage =
  | { readonly kind: 'steps'; readonly names: readonly string[] }
  | { readonly kind: 'started'; readonly name: string }
  /** Another supervisor has the folder. */
  | { readonly kind: 'taken' }
  /** Told to end, by a signal. */
  | { readonly kind: 'stopping' }
  /** A step failed, or (null) the supervisor could not begin. */
  | { readonly kind: 'failed'; readonly name: string | null; readonly message: string };

/** The background form: tells its parent how the start goes over IPC, and lives on after the parent has gone. */
export async function runDaemon(layout: Layout, only: string | undefined): Promise<void> {
  const tell = (message: DaemonMessage) => {
    // The parent may go between the look and the word: it needs none then.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  // Its output is a file: on a full disk what it has to say is lost, and it must go on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    const stack = createStack(layout, only === undefined ? {} : { only });
    const end = (code: number) => void stack.stop().then(() => process.exit(code));
    // The handlers stay: a second signal must not end the supervisor while its processes still run.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        tell({ kind: 'stopping' });
        end(0);
      });
    }
    await stack.begin();
    tell({ kind: 'steps', names: stack.steps.map(({ name }) => name) });
    if (!(await tellOfSteps(stack, tell))) end(1);
  } catch (error) {
    tell(error instanceof AlreadyRunning ? { kind: 'taken' } : { kind: 'failed', name: null, message: (error as Error).message });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  }
}

/** Whether every step started. */
async function tellOfSteps(stack: Supervisor, tell: (message: DaemonMessage) => void): Promise<boolean> {
  const settled = await Promise.allSettled(
    stack.steps.map(({ name }) =>
      stack.started(name).then(
        () => tell({ kind: 'started', name }),
        (error: Error) => {
          tell({ kind: 'failed', name, message: error.message });
          throw error;
        },
      ),
    ),
  );
  return settled.every(({ status }) => status === 'fulfilled');
}
