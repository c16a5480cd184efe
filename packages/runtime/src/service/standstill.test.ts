import { createLogger } from './logger';
import { consumerHooks } from './consumer-metrics';
import { Metrics } from './metrics';
import { Standstill } from './standstill';

const AT = { topic: 'betting.events.v1', partition: 3 };
const HUNG = new Error('redis: Command timed out');

function consumer() {
  let nowMs = 0;
  const standstill = new Standstill(() => nowMs);
  const hooks = consumerHooks(new Metrics('test'), createLogger('test', 'silent'), (error) => { throw error; }, standstill);
  return { standstill, hooks, later: (ms: number) => (nowMs += ms) };
}

test('a consumer whose batch fails is not ready, and says why, until a batch is done', () => {
  const { standstill, hooks } = consumer();
  expect(standstill.reason).toBeNull();
  hooks.onRetry(AT, HUNG, 1);
  expect(standstill.reason).toBe('betting.events.v1 stands: redis: Command timed out');
  hooks.onBatchDone({ ...AT, highWatermark: 1, records: [] }, 1, 0);
  expect(standstill.reason).toBeNull();
});

test.each(['onReleased', 'onStale'] as const)('%s: a partition that is not worked here any more is not spoken of', (how) => {
  const { standstill, hooks } = consumer();
  hooks.onOwned(AT);
  hooks.onRetry(AT, HUNG, 1);
  hooks[how](AT, HUNG);
  expect(standstill.reason).toBeNull();
});

test('nor is one that moved on before it was opened here', () => {
  const { standstill, hooks, later } = consumer();
  hooks.onRetry(AT, HUNG, 1);
  later(60_000);
  expect(standstill.reason).toBeNull();
});
