import type { Layout } from '../layout/home';
import { createStack } from './stack';

/** What the background supervisor tells the command that started it, until that one goes. */
export type DaemonMessage =
  | { readonly kind: 'steps'; readonly names: readonly string[] }
  | { readonly kind: 'started'; readonly name: string }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/** The background form: tells its parent how the start goes over IPC, and lives on after the parent has gone. */
export async function runDaemon(layout: Layout, only: string | undefined): Promise<void> {
  const tell = (message: DaemonMessage) => {
    if (process.connected) process.send?.(message);
  };
  const stack = createStack(layout, only === undefined ? {} : { only });
  const end = (code: number) => void stack.stop().then(() => process.exit(code));
  process.once('SIGTERM', () => end(0));
  process.once('SIGINT', () => end(0));
  try {
    await stack.begin();
  } catch (error) {
    tell({ kind: 'failed', name: 'supervisor', message: (error as Error).message });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
    return;
  }
  tell({ kind: 'steps', names: stack.steps.map(({ name }) => name) });
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
  if (settled.some(({ status }) => status === 'rejected')) end(1);
}
