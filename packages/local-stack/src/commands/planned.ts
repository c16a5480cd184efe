import { existsSync } from 'node:fs';
import { createLogger } from '@stakewatch/runtime';
import type { Layout } from '../layout/home';
import { stackSteps } from '../parts/all';
import type { ProcessStep, Step } from '../parts/part';
import { mustBeFree } from '../supervisor/free-ports';
import { parseOnly, startOrder } from '../supervisor/plan';

/** For steps that are looked at, and never begun. */
const NO_SECRETS = { pepper: '', clickhousePassword: '' };

/** The processes that a command line asks for. Nothing is written. @throws {Error} for an unknown part */
export const plannedProcesses = (layout: Layout, only: string | undefined): readonly ProcessStep[] => plannedSteps(layout, only).filter((step) => step.kind === 'process');

/** The processes and the tasks between them. */
export function plannedSteps(layout: Layout, only: string | undefined): readonly Step[] {
  const steps = stackSteps(layout, NO_SECRETS, createLogger('local-stack', 'silent'));
  return startOrder(steps, only === undefined ? null : parseOnly(only, steps));
}

/**
 * Refuses a start that cannot be, before its folder is made. Where a stack ran before, its supervisor looks at the ports: what a
 * killed one left there is ended first. @throws {Error} for an unknown part, or naming the ports that are taken
 */
export async function refuseTakenPorts(layout: Layout, only: string | undefined): Promise<void> {
  const planned = plannedProcesses(layout, only);
  if (!existsSync(layout.childrenFile)) await mustBeFree(layout, planned);
}
