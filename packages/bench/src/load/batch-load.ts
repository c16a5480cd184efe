import { Agent, request } from 'node:http';
import { randomOf } from '@stakewatch/random';
import { groupedEvent } from './bench-events';

export const BATCH_EVENTS = 1000;

/** Bodies of 1000 events each, built before anything is timed. */
export function batchBodies(prefix: string, count: number, players: number, now: number): readonly Buffer[] {
  const random = randomOf(7);
  return Array.from({ length: count }, (_, batch) =>
    Buffer.from(JSON.stringify({ events: Array.from({ length: BATCH_EVENTS }, (_unused, index) => groupedEvent(prefix, batch * BATCH_EVENTS + index, players, now - 60_000 + index, random)) })),
  );
}

export interface BatchLoad {
  readonly url: string;
  readonly apiKey: string;
  readonly bodies: readonly Buffer[];
  /** Batches to send; bodies are taken in turn. */
  readonly batches: number;
  readonly connections: number;
}

/** Sends batches over keep-alive connections. Gives events accepted per second; @throws when one is not accepted whole. */
export async function sendBatches(load: BatchLoad): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let batch = next++; batch < load.batches; batch = next++) await sendBatch(load, load.bodies[batch % load.bodies.length] as Buffer, agent);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: load.connections }, worker));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return (load.batches * BATCH_EVENTS) / seconds;
}

function sendBatch({ url, apiKey }: BatchLoad, body: Buffer, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/api/v1/events/batch`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length, 'x-api-key': apiKey } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('latin1', 0, 200);
          if (response.statusCode === 200 && text.includes(`"success_count":${BATCH_EVENTS}`)) resolve();
          else reject(new Error(`batch answered ${response.statusCode}: ${text}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
