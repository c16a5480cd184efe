import { Metrics } from './metrics';

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
