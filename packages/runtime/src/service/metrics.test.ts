import { Metrics, METRICS } from './metrics';
import type { LogClient } from '../log/client';
import type { LogConsumer } from '../log/port';
import { countedFromZero } from './consumer-metrics';

const NAME = 'stakewatch_http_requests_total';

test('what a tally counted is told once, beside what the counter was told by others', async () => {
  const metrics = new Metrics('test');
  const tally = metrics.tally(NAME, { route: 'single', status: '202' });
  tally.add(2);
  tally.add(3);
  metrics.counter(NAME).inc({ route: 'single', status: '202' });
  metrics.tally(NAME, { route: 'batch', status: '200' }).add(7);
  const values = async () => (await metrics.counter(NAME).get()).values.map(({ labels, value }) => [labels.route, value]);
  expect(await values()).toEqual([['single', 6], ['batch', 7]]);
  expect(await values()).toEqual([['single', 6], ['batch', 7]]);
  tally.add(1);
  expect(await metrics.registry.getSingleMetricAsString(NAME)).toMatch(/route="single",status="202"[^\n]* 7$/m);
});

test('a gauge that reads is read when it is asked for', async () => {
  const metrics = new Metrics('test');
  let bytes = 1;
  metrics.reading('stakewatch_gateway_in_flight_bytes', () => bytes);
  bytes = 5;
  expect((await metrics.gauge('stakewatch_gateway_in_flight_bytes').get()).values).toEqual([{ labels: {}, value: 5 }]);
});

describe('a counter starts at 0', () => {
  const valuesOf = async (metrics: Metrics, name: Parameters<Metrics['counter']>[0]) => (await metrics.counter(name).get()).values.map(({ labels, value }) => [...Object.values(labels), value]);

  test('with every combination of values that the table knows', async () => {
    const metrics = new Metrics('test');
    metrics.counter('stakewatch_webhook_attempts_total').inc({ outcome: 'failed', reason: 'schedule' });
    const values = await valuesOf(metrics, 'stakewatch_webhook_attempts_total');
    expect(values).toHaveLength(8);
    expect(values).toContainEqual(['failed', 'schedule', 1]);
    expect(values.filter(([, , value]) => value === 0)).toHaveLength(7);
  });

  test('with those that the service knows beside them, which takes nothing of what was counted', async () => {
    const metrics = new Metrics('test');
    metrics.counter('stakewatch_transaction_rule_matches_total').inc({ rule: 'own', mode: 'live' }, 3);
    metrics.counter('stakewatch_transaction_rule_matches_total', { rule: ['own', 'velocity'] });
    expect(await valuesOf(metrics, 'stakewatch_transaction_rule_matches_total')).toEqual([['own', 'live', 3], ['own', 'dry_run', 0], ['velocity', 'live', 0], ['velocity', 'dry_run', 0]]);
  });

  test('not while a label is open: nobody knows its values', async () => {
    expect(await valuesOf(new Metrics('test'), 'stakewatch_dead_letters_total')).toEqual([]);
  });

  test('of a topic, when it begins to be read, before a record comes', async () => {
    const metrics = new Metrics('test');
    const consumer = {} as LogConsumer;
    const log = countedFromZero({ consume: async () => consumer } as unknown as LogClient, metrics);
    expect(await log.consume({ group: 'test', inputs: [{ topic: 'alerts.v1', handler: () => { throw new Error('not opened'); } }] })).toBe(consumer);
    for (const name of ['stakewatch_dead_letters_total', 'stakewatch_fold_failures_total', 'stakewatch_state_lost_total', 'stakewatch_stale_owner_total'] as const) expect(await valuesOf(metrics, name)).toEqual([['alerts.v1', 0]]);
    expect(await valuesOf(metrics, 'stakewatch_batch_retries_total')).toEqual([['alerts.v1', 'Retriable', 0], ['alerts.v1', 'LogUnavailable', 0]]);
  });
});

test('zeros are of counters, and of labels that they have', () => {
  for (const { type, labels, ...more } of Object.values(METRICS)) {
    if (!('zeros' in more)) continue;
    expect(type).toBe('counter');
    expect(labels).toEqual(expect.arrayContaining(Object.keys(more.zeros)));
  }
});
