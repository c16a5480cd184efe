import { letIdleConnectionsRest, requestQueueClass } from './kafkajs-idle-connections';

interface Queue {
  push(request: object): void;
  fulfillRequest(response: object): void;
  maybeThrottle(ms: number): void;
  destroy(): void;
}

const logger = { debug: () => undefined, warn: () => undefined };

function queueOf(maxInFlightRequests: number): Queue {
  const RequestQueue = requestQueueClass();
  return new RequestQueue({ instrumentationEmitter: null, maxInFlightRequests, requestTimeout: 30_000, enforceRequestTimeout: false, clientId: 'test', broker: 'test', logger }) as unknown as Queue;
}

const requestOf = (correlationId: number, sent: number[]) => ({ entry: { correlationId, resolve: () => undefined, reject: () => undefined }, expectResponse: true, sendRequest: () => sent.push(correlationId) });

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

letIdleConnectionsRest();

test('a connection on which nothing waits has no timer', () => {
  const sent: number[] = [];
  const queue = queueOf(5);
  queue.push(requestOf(1, sent));
  queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
  expect(sent).toEqual([1]);
  expect(jest.getTimerCount()).toBe(0);
});

test('what waits for a place in flight is sent when there is one', () => {
  const sent: number[] = [];
  const queue = queueOf(1);
  queue.push(requestOf(1, sent));
  queue.push(requestOf(2, sent));
  expect(sent).toEqual([1]);
  queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
  expect(sent).toEqual([1, 2]);
  queue.destroy();
});

test('what waits for the end of a throttle is sent then, and the timer ends with it', () => {
  const sent: number[] = [];
  const queue = queueOf(5);
  queue.maybeThrottle(200);
  queue.push(requestOf(1, sent));
  jest.advanceTimersByTime(199);
  expect(sent).toEqual([]);
  jest.advanceTimersByTime(2);
  expect(sent).toEqual([1]);
  expect(jest.getTimerCount()).toBe(0);
});

test('what waits for both is sent when both are over', () => {
  const sent: number[] = [];
  const queue = queueOf(1);
  queue.push(requestOf(1, sent));
  queue.maybeThrottle(50);
  queue.push(requestOf(2, sent));
  queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
  expect(sent).toEqual([1]);
  jest.advanceTimersByTime(51);
  expect(sent).toEqual([1, 2]);
});
