import type { Server } from 'node:http';
import express, { type Express } from 'express';
import type { Metrics } from './metrics';
import { endWithin } from './ending';
import { OpenConnections } from './open-connections';

/** Health and metrics of a service that has no other HTTP surface. */
export function healthApp(metrics: Metrics, notReady: () => string | null): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', (_request, response) => {
    const reason = notReady();
    response.status(reason === null ? 200 : 503).json(reason === null ? { status: 'ready' } : { status: 'not ready', reason });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return app;
}

/**
 * Listens, and ends on SIGTERM and SIGINT: readiness goes off first, then connections end with their answers, then `drain` runs, then the
 * process exits (see endWithin).
 * @param limitMs for all of it
 */
export async function listen(server: Server, host: string, port: number, drain: () => Promise<void>, limitMs: number, onNotDrained: (error: unknown) => void, onStopping: () => void = () => undefined): Promise<number> {
  const connections = new OpenConnections(server);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    onStopping();
    void endWithin(limitMs, { closeConnections: (patienceMs) => connections.close(patienceMs), drain, onNotDrained, exit: (code) => process.exit(code) });
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
