import { openLoop, schedule } from './open-loop';

test('requests are due evenly, whatever the answers', () => {
  expect(schedule({ perSecond: 4, seconds: 1 })).toEqual([0, 250, 500, 750]);
  expect(schedule({ perSecond: 1000, seconds: 0.003 })).toEqual([0, 1, 2]);
  expect(schedule({ perSecond: 1, seconds: 0.1 })).toEqual([0]);
});

test('each is sent once, in order, while earlier ones still wait', async () => {
  const sent: number[] = [];
  const answer: (() => void)[] = [];
  const result = await openLoop({ perSecond: 1000, seconds: 0.01, timeoutMs: 1000 }, (index) => {
    sent.push(index);
    return new Promise((resolve) => {
      answer.push(resolve);
      if (answer.length === 10) for (const done of answer) done();
    });
  });
  expect(sent).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(result.failures).toEqual({});
  expect(result.latencies).toHaveLength(10);
  // All were answered with the last one: the first had waited as long as the schedule is, give or take a timer's turn.
  expect(result.latencies.at(-1)).toBeGreaterThanOrEqual(8.5);
});

test('a stall of the sender counts in what was due meanwhile', async () => {
  const result = await openLoop({ perSecond: 1000, seconds: 0.02, timeoutMs: 1000 }, async (index) => {
    const until = performance.now() + (index === 0 ? 30 : 0);
    while (performance.now() < until);
  });
  expect(result.latencies).toHaveLength(20);
  expect(result.latencies[0]).toBeGreaterThanOrEqual(9);
});

test('failures are counted by reason, and no latency is made up for them', async () => {
  const result = await openLoop({ perSecond: 1000, seconds: 0.004, timeoutMs: 5 }, (index) => (index === 0 ? Promise.resolve() : index === 1 ? new Promise(() => undefined) : Promise.reject(new Error('refused'))));
  expect(result.failures).toEqual({ refused: 2, 'no answer within 5 ms': 1 });
  expect(result.latencies).toHaveLength(1);
});
