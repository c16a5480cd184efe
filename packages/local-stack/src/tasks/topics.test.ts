import { type LogAdmin, type LogClient, MemoryLog } from '@stakewatch/runtime';
import { createTopics } from './topics';

/** A log whose broker answers a request for topics with these errors, one after the other, before it takes it. */
async function logWith(errors: Error[]): Promise<{ log: LogClient; asked: () => number }> {
  const admin: LogAdmin = await new MemoryLog().admin();
  let asked = 0;
  const ensureTopics = async (): Promise<void> => {
    asked += 1;
    const error = errors.shift();
    if (error) throw error;
  };
  const log = Object.assign(new MemoryLog(), { admin: async () => ({ ...admin, ensureTopics }) });
  return { log: log as unknown as LogClient, asked: () => asked };
}

test('a broker that does not know its new topics yet is asked again', async () => {
  const { log, asked } = await logWith([Object.assign(new Error('This server does not host this topic-partition'), { retriable: true })]);
  await createTopics(log, 6, 1);
  expect(asked()).toBe(2);
});

test('what does not pass is told at once', async () => {
  const { log, asked } = await logWith([new Error('Replication factor is larger than available brokers')]);
  await expect(createTopics(log, 6, 3)).rejects.toThrow('Replication factor');
  expect(asked()).toBe(1);
});
