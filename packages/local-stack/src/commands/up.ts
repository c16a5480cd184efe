import { type ChildProcess, fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import type { Layout } from '../layout/home';
import { prepareHome } from '../layout/prepare-home';
import { livingOwner } from '../supervisor/lock';
import type { DaemonMessage } from './daemon';
import { join } from './join';
import { plannedSteps, refuseTakenPorts } from './planned';
import { showProgress, titleOf } from './progress';

/**
 * Starts the stack in the background and returns when every part is ready. Where one runs or starts already, waits for that one, and
 * has it start what it lacks; where one ends, starts it again when it has ended. @throws {Error} when it cannot be
 */
export async function up(layout: Layout, only: string | undefined): Promise<'started' | 'completed' | 'was running'> {
  const asked = plannedSteps(layout, only);
  for (;;) {
    const owner = livingOwner(layout.lockFile);
    if (owner === null) {
      await refuseTakenPorts(layout, only);
      prepareHome(layout);
      if (await startDaemon(layout, only)) return 'started';
    } else {
      const found = await join(layout, owner, asked, console.log);
      if (found !== 'gone') return found === 'completed' ? 'completed' : 'was running';
    }
  }
}

/** False when another command had taken the folder meanwhile. */
async function startDaemon(layout: Layout, only: string | undefined): Promise<boolean> {
  const log = openSync(joinPath(layout.logs, 'supervisor.out.log'), 'a');
  const daemon = fork(joinPath(__dirname, '..', 'main.js'), ['daemon', ...(only === undefined ? [] : ['--only', only])], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  try {
    return await watchStart(daemon, joinPath(layout.logs, 'supervisor.out.log'));
  } finally {
    if (daemon.connected) daemon.disconnect();
    daemon.unref();
  }
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

async function watchStart(daemon: ChildProcess, logPath: string): Promise<boolean> {
  const waiting = new Map<string, Waiting>();
  let ended: Error | null = null;
  const names = await new Promise<readonly string[] | null>((resolve, reject) => {
    const fail = (error: Error) => {
      ended ??= error;
      reject(ended);
      for (const each of waiting.values()) each.reject(ended);
    };
    daemon.once('error', fail);
    daemon.once('exit', (code, signal) => fail(new Error(`the supervisor ended (${signal ?? code}) while it started; see ${logPath}`)));
    daemon.on('message', (message: DaemonMessage) => {
      if (message.kind === 'steps') resolve(message.names);
      else if (message.kind === 'taken') resolve(null);
      else if (message.kind === 'stopping') fail(new Error('stopped while it started ("npm run down", or a signal to the supervisor)'));
      else if (message.kind === 'started') waiting.get(message.name)?.resolve();
      else if (message.name === null) fail(new Error(message.message));
      else waiting.get(message.name)?.reject(new Error(message.message));
    });
  });
  if (names === null) return false;
  const steps = names.map((name) => ({ name, title: titleOf(name), done: new Promise<void>((resolve, reject) => waiting.set(name, { resolve, reject })) }));
  await showProgress(steps);
  return true;
}
