import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A process for certain: pids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal only for the same process. Null when it could not be told. */
  readonly startedAt: string | null;
}

/** Null when no such process lives (a zombie counts as ended). */
export function identityOf(pid: number): ProcessIdentity | null {
  const startedAt = existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid);
  return startedAt === null ? null : { pid, startedAt };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  const found = identityOf(pid);
  return found !== null && found.startedAt === startedAt;
}

/** Sends `signal` to the process group that `pid` leads (or led). False when nothing of it is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Field 22 of /proc/<pid>/stat (start time in ticks since boot); the name before it may hold spaces and brackets. */
function fromProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Systems without /proc (macOS). */
function fromPs(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null; // ps exits 1 when there is no such process
  }
}
