import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../layout/home';
import { redisProbe } from '../supervisor/probe';
import type { ProcessStep } from './part';

/**
 * Redis from the system's packages. Every write is in the append-only file before it is answered (the process may be killed
 * and lose nothing); the disk is forced once a second. Full memory refuses writes instead of forgetting state.
 */
export function redisPart(layout: Layout): ProcessStep {
  const folder = join(layout.home, 'redis');
  const options = {
    port: String(layout.ports.redis),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'everysec',
    // A rewrite copies the whole memory, and takes one of two cores for a second or two: not as often as every 64 MB (docs/decisions/0135).
    'auto-aof-rewrite-min-size': '512mb',
    save: '',
    'maxmemory-policy': 'noeviction',
    maxmemory: '1gb',
    daemonize: 'no',
  };
  return {
    name: 'redis',
    kind: 'process',
    needs: [],
    command: 'redis-server',
    args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    env: {},
    ports: [layout.ports.redis],
    probe: redisProbe(layout.ports.redis),
    startTimeoutMs: 60_000,
    stopTimeoutMs: 15_000,
    metricsUrl: null,
    prepare: async () => void mkdirSync(folder, { recursive: true }),
  };
}
