import { portsFrom } from './ports';
import { stackFileOf } from './stack-file';

test('stack.json names every door with this stack\'s ports', () => {
  const company = { id: 'acme', name: 'Acme', plan: 'standard', apiKey: 'sw_live_x', webhookSecret: 'whsec_x' } as const;
  const process = { name: 'redis', pid: 4, metricsUrl: null };
  expect(stackFileOf(portsFrom(9000), 'pw', [company], [process])).toEqual({
    gateway: 'http://127.0.0.1:9000',
    kafka: '127.0.0.1:9001',
    schemaRegistry: 'http://127.0.0.1:9003',
    redis: 'redis://127.0.0.1:9004',
    clickhouse: { url: 'http://127.0.0.1:9005', user: 'stakewatch', password: 'pw', database: 'stakewatch' },
    webhookReceiver: 'http://127.0.0.1:9006',
    companies: [company],
    processes: [process],
  });
});
