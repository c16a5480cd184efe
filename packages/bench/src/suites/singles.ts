import { join } from 'node:path';
import { sendSingles, type SingleResult } from '../load/single-load';
import { ratiosOf, spreadOf } from '../statistics';
import { inRounds, type Suite } from './suite';

const CONNECTIONS = 64;

/** (a) Single events at 64 connections, against a bare node:http server that only parses. */
export const singles: Suite = {
  name: 'singles',
  about: 'single events at 64 connections, against a bare node:http server that only parses',
  async run(stack, { rounds, quick, progress }) {
    const { apiKey } = await stack.company('bench-singles');
    const gateway = await stack.start('gateway', stack.layout.ports.gateway);
    const barePort = stack.layout.ports.velocityDetector;
    const bare = await stack.startProcess('bare-server', [join(__dirname, '..', 'load', 'bare-server.js'), String(barePort)], {}, `http://127.0.0.1:${barePort}`, '/');
    const load = { apiKey, connections: CONNECTIONS, seconds: quick ? 2 : 8 };
    const run = Date.now();
    // The broker's compiler takes a quarter of a core until it is done with the hot path.
    await sendSingles({ ...load, url: gateway.url, prefix: `warm-${run}`, seconds: quick ? 3 : 30 });
    await sendSingles({ ...load, url: bare.url, prefix: `warm-${run}`, seconds: quick ? 2 : 4 });
    const ours: SingleResult[] = [];
    const limit: SingleResult[] = [];
    await inRounds(rounds, progress, async (round) => {
      limit.push(await sendSingles({ ...load, url: bare.url, prefix: `bare-${run}-${round}` }));
      ours.push(await sendSingles({ ...load, url: gateway.url, prefix: `s-${run}-${round}` }));
      return `bare ${Math.round(limit.at(-1)?.perSecond ?? 0)}/s, gateway ${Math.round(ours.at(-1)?.perSecond ?? 0)}/s`;
    });
    await bare.stop();
    await gateway.stop();
    const rates = (results: readonly SingleResult[]) => results.map(({ perSecond }) => perSecond);
    return [
      { suite: 'singles', name: 'bare node:http with parse', unit: 'requests/s', spread: spreadOf(rates(limit)), rounds },
      { suite: 'singles', name: 'gateway', unit: 'events/s', spread: spreadOf(rates(ours)), rounds },
      { suite: 'singles', name: 'gateway / bare', unit: 'ratio', spread: ratiosOf(rates(ours), rates(limit)), rounds, target: { at: 'least', value: 0.4 } },
      { suite: 'singles', name: 'gateway p50', unit: 'ms', spread: spreadOf(ours.map(({ p50Ms }) => p50Ms)), rounds },
      { suite: 'singles', name: 'gateway p99', unit: 'ms', spread: spreadOf(ours.map(({ p99Ms }) => p99Ms)), rounds },
    ];
  },
};
