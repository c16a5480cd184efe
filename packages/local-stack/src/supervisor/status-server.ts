import { createServer, type Server } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import { ADD_PATH, answerAdd } from './add-parts';
import type { KeeperState, ProcessKeeper } from './process-keeper';

/** One process as `npm run status` shows it. */
export interface ProcessStatus {
  readonly name: string;
  /** The keeper's; 'not ready' of one that was ready and is not now. */
  readonly state: KeeperState | 'not ready';
  readonly pid: number | null;
  readonly restarts: number;
  readonly notReady: string | null;
}

/** What is done once on each start. */
export interface TaskStatus {
  readonly name: string;
  readonly state: 'to do' | 'done';
}

export interface StatusServer {
  onEnded(name: string): void;
  close(): Promise<void>;
}

export interface Supervised {
  keepers(): readonly ProcessKeeper[];
  tasks(): readonly TaskStatus[];
  /** Starts those of these parts that are missing; the steps that it began. */
  add(parts: string): Promise<readonly string[]>;
}

/** The supervisor's own door: /metrics, /status, /healthz and (POST) /parts, on 127.0.0.1. @throws when the port is taken. */
export async function openStatusServer(port: number, { keepers, tasks, add }: Supervised): Promise<StatusServer> {
  const registry = new Registry();
  const restarts = new Counter({
    name: 'stakewatch_supervisor_restarts_total',
    help: 'Times that a process ended unasked and was started again.',
    labelNames: ['process'],
    registers: [registry],
  });
  new Gauge({
    name: 'stakewatch_supervisor_process_up',
    help: '1 while the process is ready, else 0.',
    labelNames: ['process'],
    registers: [registry],
    async collect() {
      for (const { name, state } of await statusOfAll(keepers())) this.set({ process: name }, state === 'ready' ? 1 : 0);
    },
  });
  const routes: Readonly<Record<string, () => Promise<{ type: string; body: string }>>> = {
    '/metrics': async () => {
      for (const { step } of keepers()) restarts.inc({ process: step.name }, 0);
      return { type: registry.contentType, body: await registry.metrics() };
    },
    '/status': async () => json({ pid: process.pid, processes: await statusOfAll(keepers()), tasks: tasks() }),
    '/healthz': async () => json({ status: 'ok' }),
  };
  const server = createServer((request, response) => {
    if (request.url === ADD_PATH) return void answerAdd(request, response, port, add);
    const route = routes[request.url ?? ''];
    if (!route) return void response.writeHead(404).end();
    route().then(
      ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await listen(server, port);
  return {
    onEnded: (name) => restarts.inc({ process: name }),
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

const statusOfAll = (keepers: readonly ProcessKeeper[]): Promise<readonly ProcessStatus[]> => Promise.all(keepers.map(statusOf));

/** One that was ready once is asked again: it may hang, or lack something, and its keeper sees no more than that it lives. */
async function statusOf(keeper: ProcessKeeper): Promise<ProcessStatus> {
  const { step, state, identity, restarts, notReady } = keeper;
  const reason = state === 'ready' ? await step.probe() : notReady;
  return { name: step.name, state: state === 'ready' && reason !== null ? 'not ready' : state, pid: identity?.pid ?? null, restarts, notReady: reason };
}

function json(value: unknown): { type: string; body: string } {
  return { type: 'application/json', body: JSON.stringify(value) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
