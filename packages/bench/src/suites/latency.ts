import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import { randomOf } from '@stakewatch/random';
import { batchBodies, sendBatches } from '../load/batch-load';
import { quantile, spreadOf } from '../statistics';
import type { StartedService } from '../bench-stack';
import { caughtUp } from './backlog';
import { inRounds, type Suite } from './suite';

const LOADED_EVENTS_PER_SECOND = 10_000;
/** The aim is about a system that runs: services and broker that have just started still compile their code, which takes seconds of a core. */
const WARM_UP_EVENTS = 400;

/** (d) From the start of a POST to the receipt of the verified webhook, on a quiet and on a loaded system. */
export const latency: Suite = {
  name: 'latency',
  about: 'POST to received, verified webhook, quiet and loaded',
  async run(stack, { rounds, quick, progress }) {
    const { ports } = stack.layout;
    const receiver = `http://127.0.0.1:${ports.webhookReceiver}`;
    const company = 'bench-latency';
    const { apiKey } = await stack.company(company, `${receiver}/webhooks/${company}`);
    const load = await stack.company('bench-load');
    const services: StartedService[] = [];
    for (const [name, port] of [['gateway', ports.gateway], ['velocity-detector', ports.velocityDetector], ['alert-dispatcher', ports.alertDispatcher], ['history-writer', ports.historyWriter]] as const) {
      services.push(await stack.start(name, port));
    }
    const gateway = services[0] as StartedService;
    await caughtUp(stack, CONSUMER_GROUPS.velocityDetector, 300_000);
    await caughtUp(stack, CONSUMER_GROUPS.historyEvents, 300_000);
    const probe = { url: gateway.url, apiKey, receiver, company, samples: quick ? 20 : 200 };
    await measure({ ...probe, samples: quick ? 20 : WARM_UP_EVENTS }, 'warm');
    const quiet: number[][] = [];
    const loaded: number[][] = [];
    await inRounds(rounds, progress, async (round) => {
      quiet.push(await measure(probe, `q${round}`));
      const stop = background(gateway.url, load.apiKey);
      loaded.push(await measure(probe, `l${round}`));
      await stop();
      await caughtUp(stack, CONSUMER_GROUPS.velocityDetector, 300_000);
      return `quiet p99 ${quantile(quiet.at(-1) as number[], 0.99).toFixed(0)} ms, loaded p99 ${quantile(loaded.at(-1) as number[], 0.99).toFixed(0)} ms`;
    });
    const memory = services.map(({ memory: of }) => of().peak / 1_048_576);
    for (const service of services.reverse()) await service.stop();
    const at = (samples: readonly number[][], q: number) => spreadOf(samples.map((round) => quantile(round, q)));
    return [
      { suite: 'latency', name: 'quiet, p50', unit: 'ms', spread: at(quiet, 0.5), rounds },
      { suite: 'latency', name: 'quiet, p99', unit: 'ms', spread: at(quiet, 0.99), rounds, target: { at: 'most', value: 150 } },
      { suite: 'latency', name: `with ${LOADED_EVENTS_PER_SECOND} events/s beside it, p50`, unit: 'ms', spread: at(loaded, 0.5), rounds },
      { suite: 'latency', name: `with ${LOADED_EVENTS_PER_SECOND} events/s beside it, p99`, unit: 'ms', spread: at(loaded, 0.99), rounds },
      ...['gateway', 'velocity-detector', 'alert-dispatcher', 'history-writer'].map((name, index) => ({ suite: 'memory', name: `${name} after the latency suite`, unit: 'MiB peak', spread: spreadOf([memory[index] as number]), rounds: 1, target: { at: 'most', value: 400 } as const })),
    ];
  },
};

interface Probe {
  readonly url: string;
  readonly apiKey: string;
  readonly receiver: string;
  readonly company: string;
  readonly samples: number;
}

interface Received {
  readonly verified: boolean;
  readonly receivedAt: number;
  readonly event_uuid?: string;
  readonly player_id?: string;
}

/** One event at a time that raises an alert by itself (its balances don't add up), each of a new player. Milliseconds, sorted. */
async function measure(probe: Probe, tag: string): Promise<number[]> {
  const sent = new Map<string, number>();
  for (let sample = 0; sample < probe.samples; sample += 1) {
    const player = `latency-${Date.now()}-${tag}-${sample}`;
    sent.set(player, Date.now() + performanceFraction());
    await postMismatch(probe, player);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const until = Date.now() + 30_000;
  let found: Map<string, number>;
  do {
    found = await receivedByPlayer(probe, sent);
    if (Date.now() > until) throw new Error(`${sent.size - found.size} of ${sent.size} alerts were not received`);
  } while (found.size < sent.size);
  return [...sent].map(([player, at]) => (found.get(player) as number) - at).sort((a, b) => a - b);
}

const performanceFraction = (): number => (performance.timeOrigin + performance.now()) - Date.now();

async function postMismatch({ url, apiKey }: Probe, player: string): Promise<void> {
  const body = {
    event_id: player,
    player: { id: player },
    event: { type: 'DEPOSIT', timestamp: new Date().toISOString(), amount: 5000, currency: 'XOF', balance_before: 1000, balance_after: 900_000 },
  };
  const response = await fetch(`${url}/api/v1/events`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': apiKey }, body: JSON.stringify(body) });
  if (response.status !== 202) throw new Error(`event answered ${response.status}: ${await response.text()}`);
}

/** Milliseconds at which each player's verified alert was received. */
async function receivedByPlayer({ receiver, company, samples }: Probe, sent: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const response = await fetch(`${receiver}/deliveries?company=${company}&limit=${samples * 2 + 100}&order=desc`);
  const { deliveries } = (await response.json()) as { deliveries: Received[] };
  const found = new Map<string, number>();
  for (const { verified, receivedAt, player_id: player } of deliveries) {
    if (verified && player !== undefined && sent.has(player)) found.set(player, receivedAt / 1000);
  }
  return found;
}

/** Load beside the probe: batches at a steady rate until stopped. */
function background(url: string, apiKey: string): () => Promise<void> {
  const random = randomOf(Date.now());
  let running = true;
  const done = (async () => {
    while (running) {
      const bodies = batchBodies(`load-${Math.floor(random() * 1e12)}`, 1, 50_000, Date.now());
      const [rate] = await Promise.all([sendBatches({ url, apiKey, bodies, batches: 1, connections: 1 }), new Promise((resolve) => setTimeout(resolve, 1e6 / LOADED_EVENTS_PER_SECOND))]);
      if (!(rate > 0)) throw new Error('the load was not accepted');
    }
  })();
  return async () => {
    running = false;
    await done;
  };
}
