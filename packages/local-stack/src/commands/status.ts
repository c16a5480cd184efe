import { readFileSync } from 'node:fs';
import type { StackFile } from '@stakewatch/contracts';
import type { Layout } from '../layout/home';
import { lockOwner } from '../supervisor/lock';
import { isAlive } from '../supervisor/process-identity';
import type { ProcessStatus } from '../supervisor/status-server';

export interface StackStatus {
  readonly running: boolean;
  readonly supervisor: number | null;
  readonly home: string;
  readonly processes: readonly ProcessStatus[];
}

/** @throws when the supervisor lives but does not answer. */
export async function readStatus(layout: Layout): Promise<StackStatus> {
  const owner = lockOwner(layout.lockFile);
  if (!owner || !isAlive(owner)) return { running: false, supervisor: null, home: layout.home, processes: [] };
  const response = await fetch(new URL('/status', supervisorUrl(layout)), { signal: AbortSignal.timeout(5_000) });
  const { pid, processes } = (await response.json()) as { pid: number; processes: readonly ProcessStatus[] };
  if (pid !== owner.pid) throw new Error(`${new URL(supervisorUrl(layout)).host} belongs to another stack; is STAKEWATCH_PORT_BASE the one it was started with?`);
  return { running: true, supervisor: pid, home: layout.home, processes };
}

/** As its stack.json says: asking for a status needs no STAKEWATCH_PORT_BASE. Before there is one, where it should be. */
function supervisorUrl({ stackFile, ports }: Layout): string {
  try {
    const { processes } = JSON.parse(readFileSync(stackFile, 'utf8')) as StackFile;
    const url = processes.find(({ name }) => name === 'supervisor')?.metricsUrl;
    if (typeof url === 'string') return url;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return `http://127.0.0.1:${ports.supervisor}`;
}

export function statusTable({ running, supervisor, home, processes }: StackStatus): string {
  if (!running) return `not running (${home})`;
  const rows = processes.map(({ name, state, pid, restarts, notReady }) => [name, state, String(pid ?? '-'), String(restarts), state === 'ready' ? '' : (notReady ?? '')]);
  const all = [['part', 'state', 'pid', 'restarts', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
  return [...lines, '', `supervisor ${supervisor}, state in ${home}`].join('\n');
}
