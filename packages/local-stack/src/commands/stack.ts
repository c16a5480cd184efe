import { join } from 'node:path';
import type { StackProcess } from '@stakewatch/contracts';
import { createLogger } from '@stakewatch/runtime';
import { writeJsonAtomically } from '../layout/atomic-file';
import { type Layout } from '../layout/home';
import { prepareHome } from '../layout/prepare-home';
import { loadOrCreateSecrets, OWNER_ONLY, readCompanies } from '../layout/secrets';
import { stackFileOf } from '../layout/stack-file';
import { stackSteps } from '../parts/all';
import { parseOnly } from '../supervisor/plan';
import type { ProcessKeeper } from '../supervisor/process-keeper';
import { Supervisor } from '../supervisor/supervisor';
import { fileDestination } from './log-destination';

export interface StackOptions {
  /** Parts to run, separated by commas; absent: all. */
  readonly only?: string;
  /** Told of every change that a person would want to hear of. */
  onEvent?(event: { part: string; what: string }): void;
}

/** The local stack of `layout`, ready to begin. Its stack.json follows every start and end of a process. @throws {Error} for an unknown part. */
export function createStack(layout: Layout, options: StackOptions): Supervisor {
  prepareHome(layout);
  const logger = createLogger('supervisor', 'info', fileDestination(join(layout.logs, 'supervisor.log')));
  const secrets = loadOrCreateSecrets(layout.secretsFile);
  const steps = stackSteps(layout, secrets, logger);
  const writeStackFile = (processes: readonly StackProcess[]) => {
    writeJsonAtomically(layout.stackFile, stackFileOf(layout.ports, secrets.clickhousePassword, readCompanies(layout.secretsFile), processes), OWNER_ONLY);
  };
  const supervisor = { name: 'supervisor', pid: process.pid, metricsUrl: `http://127.0.0.1:${layout.ports.supervisor}/metrics` };
  return new Supervisor(layout, steps, options.only === undefined ? null : parseOnly(options.only, steps), {
    onEvent: (event) => {
      logger.info({ part: event.part }, event.what);
      options.onEvent?.(event);
    },
    onProcesses: (keepers) => writeStackFile([...keepers.flatMap(processOf), supervisor]),
    onStopped: () => writeStackFile([]),
  });
}

function processOf({ step, identity }: ProcessKeeper): readonly StackProcess[] {
  return identity ? [{ name: step.name, pid: identity.pid, metricsUrl: step.metricsUrl }] : [];
}
