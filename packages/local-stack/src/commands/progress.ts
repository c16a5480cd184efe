import { Listr } from 'listr2';

export interface ProgressStep {
  readonly name: string;
  readonly title: string;
  /** Resolves when the step is done. */
  readonly done: Promise<void>;
}

/** Shows steps as they finish: a list at a terminal, plain lines elsewhere. @throws what the first failed step threw. */
export async function showProgress(steps: readonly ProgressStep[]): Promise<void> {
  const tasks = steps.map(({ title, done }) => ({ title, task: () => done }));
  await new Listr(tasks, { concurrent: true, exitOnError: true, renderer: process.stdout.isTTY ? 'default' : 'simple', rendererOptions: process.stdout.isTTY ? { collapseErrors: false } : {} } as never).run();
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
