import { Listr } from 'listr2';

export interface ProgressStep {
  readonly name: string;
  readonly title: string;
  /** Resolves when the step is done. */
  readonly done: Promise<void>;
}

/** Listr's own answer to Ctrl-C is to end the process at once: a supervisor would leave all it runs behind. */
export const SIGNALS_ARE_OURS = { registerSignalListeners: false };

/** Shows steps as they finish: a list at a terminal, plain lines elsewhere. @throws what the first failed step threw. */
export async function showProgress(steps: readonly ProgressStep[]): Promise<void> {
  const tasks = steps.map(({ title, done }) => ({ title, task: () => done }));
  const tty = process.stdout.isTTY;
  await new Listr(tasks, { ...SIGNALS_ARE_OURS, concurrent: true, exitOnError: true, renderer: tty ? 'default' : 'simple', rendererOptions: tty ? { collapseErrors: false } : {} } as never).run();
}

const TITLES: Readonly<Record<string, string>> = {
  kafka: 'Kafka',
  redis: 'Redis',
  clickhouse: 'ClickHouse',
  topics: 'topics',
  'schema-registry': 'schema registry',
  migrations: "ClickHouse's tables",
  companies: 'demo companies, API keys, webhook endpoints',
  'webhook-receiver': 'webhook receiver',
};

export function titleOf(step: string): string {
  return TITLES[step] ?? step;
}
