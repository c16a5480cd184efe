import type { Server } from 'node:http';
import { createTerminus } from '@godaddy/terminus';
import express, { type Express } from 'express';
import type { Metrics } from './metrics';

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

/** Listens, and drains on SIGTERM and SIGINT: readiness goes off first, then `drain` runs, then the process exits 0. */
export async function listen(server: Server, host: string, port: number, drain: () => Promise<void>, drainTimeoutMs: number, onDrainFailed: (error: unknown) => void, onStopping: () => void = () => undefined): Promise<number> {
  createTerminus(server, {
    signals: ['SIGTERM', 'SIGINT'],
    timeout: drainTimeoutMs,
    useExit0: true,
    beforeShutdown: async () => onStopping(),
    onSignal: () => drain().catch(onDrainFailed),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

