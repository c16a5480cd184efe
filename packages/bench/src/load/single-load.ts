import autocannon from 'autocannon';
import { randomOf } from '@stakewatch/random';
import { groupedEvent } from './bench-events';

export interface SingleLoad {
  readonly url: string;
  readonly apiKey: string;
  readonly prefix: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface SingleResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Single events, each a new one, at a number of connections. @throws when any answer is not 2xx. */
export async function sendSingles(load: SingleLoad): Promise<SingleResult> {
  const random = randomOf(11);
  const template = JSON.stringify(groupedEvent('evt', 0, 1, Date.now() - 60_000, random));
  const [head, tail] = template.split('evt-0') as [string, string];
  let sent = 0;
  const result = await autocannon({
    url: `${load.url}/api/v1/events`,
    method: 'POST',
    connections: load.connections,
    duration: load.seconds,
    headers: { 'content-type': 'application/json', 'x-api-key': load.apiKey },
    requests: [{ setupRequest: (request) => ({ ...request, body: `${head}${load.prefix}-${(sent += 1)}${tail}` }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} failed`);
  return { perSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}
