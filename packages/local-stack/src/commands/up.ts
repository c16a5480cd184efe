import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../layout/home';
import { isAlive } from '../supervisor/process-identity';
import { lockOwner } from '../supervisor/lock';
import type { DaemonMessage } from './daemon';
import { showProgress, titleOf } from './progress';

/** Starts the stack in the background and returns when every part is ready. With a supervisor already there, says so and does nothing. */
export async function up(layout: Layout, only: string | undefined): Promise<'started' | 'was running'> {
  const owner = lockOwner(layout.lockFile);
  if (owner && isAlive(owner)) return 'was running';
  mkdirSync(layout.logs, { recursive: true });
  const log = openSync(join(layout.logs, 'supervisor.out.log'), 'a');
  const daemon = fork(join(__dirname, '..', 'main.js'), ['daemon', ...(only === undefined ? [] : ['--only', only])], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  try {
    await watchStart(daemon);
  } finally {
    if (daemon.connected) daemon.disconnect();
    daemon.unref();
  }
  return 'started';
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

async function watchStart(daemon: ChildProcess): Promise<void> {
  const waiting = new Map<string, Waiting>();
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
  };
  const names = await new Promise<readonly string[]>((resolve, reject) => {
    daemon.once('error', reject);
    daemon.once('exit', (code) => {
      const error = new Error(`the supervisor ended with ${code} while it started`);
      reject(error);
      failAll(error);
    });
    daemon.on('message', (message: DaemonMessage) => {
      if (message.kind === 'steps') resolve(message.names);
      else if (message.kind === 'started') waiting.get(message.name)?.resolve();
      else {
        const error = new Error(message.message);
        reject(error);
        waiting.get(message.name)?.reject(error);
      }
    });
  });
  const steps = names.map((name) => ({ name, title: titleOf(name), done: new Promise<void>((resolve, reject) => waiting.set(name, { resolve, reject })) }));
  await showProgress(steps);
}
