import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { messageOf } from './child-message';
import type { EchoRole } from './echo-process';
import type { OpenLoad, OpenLoopResult } from './open-loop';

/** A bare echo that runs: one process, or two where the record goes by a second topic. */
export interface Echo {
  measure(load: OpenLoad): Promise<OpenLoopResult>;
  stop(): Promise<void>;
}

/** One produce (acks=all) and one consume of the same record: kafkajs as it comes, or without commits. */
export async function startEcho(broker: string, role: 'echo' | 'lean-echo'): Promise<Echo> {
  return echoOf([await start(broker, role)]);
}

/** There and back: produce, consume by another process, produce, consume. What any decision on a consumer costs at least. */
export async function startTwoHopEcho(broker: string): Promise<Echo> {
  const responder = await start(broker, 'responder');
  return echoOf([await start(broker, 'caller'), responder]);
}

function echoOf(processes: readonly [ChildProcess, ...ChildProcess[]]): Echo {
  const [caller] = processes;
  return {
    async measure(load) {
      const result = messageOf(caller, 'the echo');
      caller.send(load);
      return (await result) as OpenLoopResult;
    },
    async stop() {
      for (const child of processes) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
    },
  };
}

async function start(broker: string, role: EchoRole): Promise<ChildProcess> {
  const child = fork(join(__dirname, 'echo-process.js'), [broker, role]);
  await messageOf(child, 'the echo');
  return child;
}
