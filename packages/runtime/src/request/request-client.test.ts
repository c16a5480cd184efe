import { MemoryLog } from '../log/memory-log';
import { LogUnavailable } from '../log/port';
import { replyTo } from './reply';
import { createRequestClient, RequestTimeout, TooManyRequests } from './request-client';

const TOPIC = 'betting.events.v1';
const quiet = { onReply: () => undefined, onTimeout: () => undefined };
const request = (value: string, timeoutMs = 1000) => ({ topic: TOPIC, key: 'acme', value: Buffer.from(value), timeoutMs });

/** Answers every command with its own text, twice: as after a redelivery. */
async function echo(log: MemoryLog): Promise<void> {
  const producer = await log.producer();
  await log.consume({
    group: 'echo',
    inputs: [
      {
        topic: TOPIC,
        handler: () => ({
          open: async () => null,
          process: async ({ records }) => {
            for (const { headers, value } of records) {
              const replies = replyTo(headers, { kind: 'decided', body: value?.toString() });
              await producer.send([...replies, ...replies]);
            }
          },
          close: async () => undefined,
        }),
      },
    ],
  });
}

test('each caller gets the reply to its own command, at any number of instances', async () => {
  const log = new MemoryLog(2);
  await echo(log);
  const clients = await Promise.all(Array.from({ length: 5 }, async () => createRequestClient(log, await log.producer(), 100, quiet)));
  const answers = await Promise.all(clients.flatMap((client, index) => [client.decide(request(`a${index}`)), client.decide(request(`b${index}`))]));
  expect(answers.map(({ body }) => body)).toEqual(clients.flatMap((_client, index) => [`a${index}`, `b${index}`]));
  expect(clients.map(({ waiting }) => waiting)).toEqual([0, 0, 0, 0, 0]);
});

test('a reply that does not come is a timeout, and nothing is left waiting', async () => {
  const log = new MemoryLog(1);
  const client = await createRequestClient(log, await log.producer(), 100, quiet);
  await expect(client.decide(request('x', 5))).rejects.toThrow(RequestTimeout);
  expect(client.waiting).toBe(0);
});

test('a command that was not acknowledged is not answered', async () => {
  const log = new MemoryLog(1);
  const producer = { send: () => Promise.reject(new LogUnavailable('down')), close: async () => undefined };
  const client = await createRequestClient(log, producer, 100, quiet);
  await expect(client.decide(request('x'))).rejects.toThrow(LogUnavailable);
  expect(client.waiting).toBe(0);
});

test('more callers than allowed are refused at once', async () => {
  const log = new MemoryLog(1);
  const client = await createRequestClient(log, await log.producer(), 1, quiet);
  const first = client.decide(request('x', 50));
  await expect(client.decide(request('y'))).rejects.toThrow(TooManyRequests);
  await expect(first).rejects.toThrow(RequestTimeout);
});

test('a command that nobody waits for has no reply', () => {
  expect(replyTo({}, { kind: 'decided', body: null })).toEqual([]);
  expect(replyTo({ 'stakewatch-instance': 'i', 'stakewatch-correlation': 'c', 'stakewatch-reply-partition': 'rubbish' }, { kind: 'decided', body: null })).toEqual([]);
});
