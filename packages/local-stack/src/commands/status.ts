import type { StackFile } from '@stakewatch/contracts';
import { readJsonOrNull } from '../layout/atomic-file';
import type { Layout } from '../layout/home';
import { livingOwner } from '../supervisor/lock';
import { orphansOf } from '../supervisor/orphans';
import type { ProcessIdentity } from '../supervisor/process-identity';
import type { ProcessStatus, TaskStatus } from '../supervisor/status-server';

export interface StackStatus {
  readonly running: boolean;
  readonly supervisor: number | null;
  readonly home: string;
  readonly processes: readonly ProcessStatus[];
  readonly tasks: readonly TaskStatus[];
  /** Processes that a killed supervisor left running. */
  readonly orphans: readonly { readonly name: string; readonly pid: number }[];
}

/** The supervisor lives and its door gives no answer: it starts or ends just now, or hangs. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

interface Answer {
  readonly pid: number;
  readonly processes: readonly ProcessStatus[];
  /** A supervisor of an older version tells none. */
  readonly tasks?: readonly TaskStatus[];
}

const TIMEOUT_MS = 5_000;

/** @throws {NoAnswer} when the supervisor lives but does not answer; {Error} when another stack's does. */
export async function readStatus(layout: Layout): Promise<StackStatus> {
  const owner = livingOwner(layout.lockFile);
  if (owner === null) {
    const orphans = orphansOf(layout.childrenFile).map(({ name, pid }) => ({ name, pid }));
    return { running: false, supervisor: null, home: layout.home, processes: [], tasks: [], orphans };
  }
  const { pid, processes, tasks = [] } = await ask(layout, owner);
  if (pid !== owner.pid) throw new Error(`${new URL(supervisorUrl(layout)).host} belongs to another stack; is STAKEWATCH_PORT_BASE the one it was started with?`);
  return { running: true, supervisor: pid, home: layout.home, processes, tasks, orphans: [] };
}

async function ask(layout: Layout, owner: ProcessIdentity): Promise<Answer> {
  const url = new URL('/status', supervisorUrl(layout));
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return (await response.json()) as Answer;
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    throw new NoAnswer(`the supervisor (pid ${owner.pid}) does not answer at ${url.host} (${cause?.code ?? message}): it begins or ends just now, or STAKEWATCH_PORT_BASE is not the one it was started with; its log is in ${layout.logs}`, { cause: error });
  }
}

/** As its stack.json says: asking for a status needs no STAKEWATCH_PORT_BASE. Before there is one (or when it is cut off), where it should be. */
export function supervisorUrl({ stackFile, ports }: Layout): string {
  const stack = readJsonOrNull(stackFile) as Partial<StackFile> | null;
  const url = stack?.processes?.find(({ name }) => name === 'supervisor')?.metricsUrl;
  return typeof url === 'string' ? url : `http://127.0.0.1:${ports.supervisor}`;
}

export function statusTable({ running, supervisor, home, processes, orphans }: StackStatus): string {
  if (!running) return orphans.length === 0 ? `not running (${home})` : leftBehind(home, orphans);
  const rows = processes.map(({ name, state, pid, restarts, notReady }) => [name, state, String(pid ?? '-'), String(restarts), state === 'ready' ? '' : (notReady ?? '')]);
  const all = [['part', 'state', 'pid', 'restarts', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
  return [...lines, '', `supervisor ${supervisor}, state in ${home}`].join('\n');
}

function leftBehind(home: string, orphans: StackStatus['orphans']): string {
  const named = orphans.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ');
  return `the supervisor is gone (${home}), and nobody keeps what it left running: ${named}\n"npm run up" ends these and starts anew, "npm run down" ends them`;
}
