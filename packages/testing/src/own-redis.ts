import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import Redis from 'ioredis';
import { freePort } from './free-port';

export interface TestRedis {
  readonly client: Redis;
  readonly url: string;
  stop(): Promise<void>;
}

/** A redis-server of the test's own, on a free port, for what would disturb others; it writes no file. @param options beyond the usual ones, as on its command line. */
export async function startTestRedis(...options: string[]): Promise<TestRedis> {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir(), ...options], { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  // Until the server listens, each try to connect is refused and made again.
  client.on('error', () => undefined);
  await client.ping();
  return {
    client,
    url,
    async stop() {
      client.disconnect();
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}
