import { CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import { randomOf } from '@stakewatch/random';
import { bonusChangeBody, type DecisionLoad, decisionSender, transactionBody } from '../load/decision-load';
import { startEcho, startTwoHopEcho } from '../load/echo';
import { ECHO_TOPICS } from '../load/echo-process';
import { type Buckets, bucketQuantile, bucketsOf, since } from '../load/histogram';
import { type OpenLoad, openLoop, type OpenLoopResult } from '../load/open-loop';
import { createTopic } from '../producer-performance';
import type { Figure } from '../report';
import type { StartedService } from '../bench-stack';
import { quantile, ratiosOf, spreadOf } from '../statistics';
import { caughtUp } from './backlog';
import { inRounds, type Suite } from './suite';

/** Requests a second, with the seconds that each is held for. */
const RATES = [
  { perSecond: 1, seconds: 15 },
  { perSecond: 100, seconds: 8 },
  { perSecond: 200, seconds: 20 },
  { perSecond: 1000, seconds: 6 },
] as const;
/** The rate that the target is set for. */
const TARGET_RATE = 200;
const TARGET_RATIO = 2.5;
const COMPANIES = 4;
const TIMEOUT_MS = 10_000;
const CATCH_UP_MS = 120_000;
/** For each side alike: a service's CPU per request goes on falling until it has had some 3,500 of them (Node's and Java's compilers). */
const WARM_SECONDS = 20;
const QUANTILES = [0.5, 0.99] as const;
const WAITS = 'stakewatch_gateway_decision_seconds';

/** Milliseconds by quantile, of one load in one round. */
type Times = Readonly<Record<(typeof QUANTILES)[number], number>>;

/** What is measured side by side; `added` is the gateway's own measure of the same requests, from publish to answer. */
type Side = 'echo' | 'echo without commits' | 'two hops' | 'transactions' | 'transactions, added' | 'bonus changes' | 'bonus changes, added';

/** Decisions while the caller waits, against a bare produce-and-consume echo at the same rate. */
export const requests: Suite = {
  name: 'requests',
  about: 'decisions while the caller waits at 1, 100, 200 and 1000 requests/s, against a bare Kafka echo',
  async run(stack, { rounds, quick, rates: wanted, progress }) {
    const rates = RATES.filter(({ perSecond }) => wanted?.includes(perSecond) ?? true);
    const { ports } = stack.layout;
    for (const topic of Object.values(ECHO_TOPICS)) await createTopic(stack.layout, topic, 1);
    const broker = `127.0.0.1:${ports.kafka}`;
    const [echo, leanEcho, twoHops] = [await startEcho(broker, 'echo'), await startEcho(broker, 'lean-echo'), await startTwoHopEcho(broker)];
    const services: StartedService[] = [];
    for (const [name, port] of [['transaction-monitor', ports.transactionMonitor], ['bonus-scorer', ports.bonusScorer], ['gateway', ports.gateway]] as const) services.push(await stack.start(name, port));
    const gateway = services.at(-1) as StartedService;
    // New companies each time: what earlier runs left behind is not part of the measure.
    const run = `r${Date.now()}`;
    const apiKeys: string[] = [];
    for (let index = 0; index < COMPANIES; index += 1) apiKeys.push((await stack.company(`bench-${run}-${index}`)).apiKey);
    const surfaces = surfacesOf(gateway.url, apiKeys, run);

    const failures: Record<string, number> = {};
    const checked = (side: string, { latencies, failures: failed }: OpenLoopResult): Times => {
      for (const [reason, count] of Object.entries(failed)) failures[`${side}: ${reason}`] = (failures[`${side}: ${reason}`] ?? 0) + count;
      return timesOf((q) => quantile(latencies, q));
    };
    const measured = new Map<string, Times[]>();
    const keep = (side: Side, rate: number, times: Times) => measured.set(nameOf(side, rate), [...(measured.get(nameOf(side, rate)) ?? []), times]);

    const warm: OpenLoad = { perSecond: TARGET_RATE, seconds: quick ? 2 : WARM_SECONDS, timeoutMs: TIMEOUT_MS };
    for (const side of [echo, leanEcho, twoHops]) checked('warm', await side.measure(warm));
    for (const { sender } of surfaces) checked('warm', await openLoop(warm, sender.send));

    await inRounds(rounds, progress, async () => {
      const said: string[] = [];
      for (const rate of rates) {
        const load: OpenLoad = { ...rate, seconds: quick ? Math.min(2, rate.seconds) : rate.seconds, timeoutMs: TIMEOUT_MS };
        const { perSecond } = load;
        keep('echo', perSecond, checked('echo', await echo.measure(load)));
        keep('echo without commits', perSecond, checked('echo without commits', await leanEcho.measure(load)));
        keep('two hops', perSecond, checked('two hops', await twoHops.measure(load)));
        for (const { side, topic, group, sender } of surfaces) {
          const before = await waits(gateway.url, topic);
          keep(side, perSecond, checked(side, await openLoop(load, sender.send)));
          const during = since(before, await waits(gateway.url, topic));
          keep(`${side}, added`, perSecond, timesOf((q) => bucketQuantile(during, q) * 1000));
          // What more was offered than could be decided is not the next load's.
          await caughtUp(stack, group, CATCH_UP_MS);
        }
        const last = (side: Side) => pair(measured.get(nameOf(side, perSecond))?.at(-1) as Times);
        said.push(`${perSecond}/s: echo ${last('echo')}, without commits ${last('echo without commits')}, two hops ${last('two hops')}, transactions ${last('transactions')} (added ${last('transactions, added')}), bonus ${last('bonus changes')} (added ${last('bonus changes, added')})`);
      }
      return `p50/p99 ms\n    ${said.join('\n    ')}`;
    });

    const memory = services.map(({ memory: of }) => of().peak / 1_048_576);
    await stopAll(services, [echo, leanEcho, twoHops]);
    for (const { sender } of surfaces) sender.close();
    for (const [reason, count] of Object.entries(failures)) progress(`${count} failed, ${reason}`);
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
    return [
      ...rates.flatMap(({ perSecond }) => figuresOf(measured, perSecond, rounds)),
      { suite: 'requests', name: 'failed, of all', unit: 'requests', spread: spreadOf([failed]), rounds, target: { at: 'most', value: 0 } },
      ...['transaction-monitor', 'bonus-scorer', 'gateway'].map((name, index) => ({ suite: 'memory', name: `${name} after the requests suite`, unit: 'MiB peak', spread: spreadOf([memory[index] as number]), rounds: 1, target: { at: 'most', value: 400 } as const })),
    ];
  },
};

const nameOf = (side: Side, rate: number): string => `${side}|${rate}`;
const timesOf = (at: (q: number) => number): Times => ({ 0.5: at(0.5), 0.99: at(0.99) });
const pair = (times: Times): string => `${times[0.5].toFixed(1)}/${times[0.99].toFixed(1)}`;

function surfacesOf(url: string, apiKeys: readonly string[], run: string) {
  const numbered = (load: Omit<DecisionLoad, 'body' | 'url' | 'apiKeys'>, make: (prefix: string, index: number, random: () => number) => object) => {
    const random = randomOf(31);
    let sent = 0;
    return decisionSender({ ...load, url, apiKeys, body: () => make(run, (sent += 1), random) });
  };
  return [
    { side: 'transactions', group: CONSUMER_GROUPS.transactionMonitor, topic: TOPICS.transactions.name, sender: numbered({ path: '/api/v1/monitoring/transaction_monitoring/', expectedStatus: 201 }, transactionBody) },
    { side: 'bonus changes', group: CONSUMER_GROUPS.bonusScorer, topic: TOPICS.bonusChanges.name, sender: numbered({ path: '/api/v1/bonus-changes', expectedStatus: 200 }, bonusChangeBody) },
  ] as const;
}

async function waits(url: string, topic: string): Promise<Buckets> {
  return bucketsOf(await (await fetch(`${url}/metrics`)).text(), WAITS, 'topic', topic);
}

async function stopAll(services: readonly StartedService[], echoes: readonly { stop(): Promise<void> }[]): Promise<void> {
  for (const each of [...echoes, ...[...services].reverse()]) await each.stop();
}

function figuresOf(measured: ReadonlyMap<string, readonly Times[]>, rate: number, rounds: number): readonly Figure[] {
  const at = (side: Side, q: (typeof QUANTILES)[number]) => (measured.get(nameOf(side, rate)) ?? []).map((times) => times[q]);
  const sides = ['echo', 'echo without commits', 'two hops', 'transactions', 'transactions, added', 'bonus changes', 'bonus changes, added'] as const;
  return QUANTILES.flatMap((q): Figure[] => {
    const p = `p${q * 100}`;
    return [
      ...sides.map((side): Figure => ({ suite: 'requests', name: `${rate}/s, ${side}, ${p}`, unit: 'ms', spread: spreadOf(at(side, q)), rounds })),
      ...sides.slice(3).map((side): Figure => ({
        suite: 'requests',
        name: `${rate}/s, ${side} / echo, ${p}`,
        unit: 'ratio',
        spread: ratiosOf(at(side, q), at('echo', q)),
        rounds,
        ...(rate === TARGET_RATE && side.endsWith('added') ? { target: { at: 'most', value: TARGET_RATIO } as const } : {}),
      })),
    ];
  });
}
