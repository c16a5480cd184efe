import { type Admin, KafkaJSAggregateError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs';
import { deadLetterTopic, TOPICS } from '@stakewatch/contracts';
import { ensureTopics } from './ensure-topics';

const coded = (type: string, retriable: boolean) => Object.assign(new Error(type), { type, code: 0, retriable });
const protocol = (type: string, retriable = true) => new KafkaJSProtocolError(coded(type, retriable) as never);
const ALL = Object.values(TOPICS).flatMap(({ name, cleanup }) => (cleanup === 'compact' ? [name] : [name, deadLetterTopic(name)]));

/** A broker that answers with these errors, one after the other, before it does what it is asked. */
function brokerWith({ creating = [], offsets = [], existing = [] }: { creating?: Error[]; offsets?: Error[]; existing?: readonly string[] }) {
  const served = new Set<string>(existing);
  const asked = { create: [] as (readonly string[])[], offsets: [] as string[] };
  const admin: Pick<Admin, 'listTopics' | 'createTopics' | 'fetchTopicOffsets'> = {
    listTopics: async () => [...served],
    async createTopics({ topics }) {
      asked.create.push(topics.map(({ topic }) => topic));
      const error = creating.shift();
      if (error) throw error;
      for (const { topic } of topics) served.add(topic);
      return true;
    },
    async fetchTopicOffsets(topic) {
      asked.offsets.push(topic);
      const error = offsets.shift();
      if (error) throw error;
      if (!served.has(topic)) throw new Error(`${topic} was never made`);
      return [];
    },
  };
  return { admin, asked };
}

afterEach(() => void jest.useRealTimers());

test('creates what is missing, and asks for each topic whether it is served', async () => {
  const { admin, asked } = brokerWith({ existing: ALL.slice(2) });
  await ensureTopics(admin, 6, 1);
  expect(asked.create).toEqual([ALL.slice(0, 2)]);
  expect(asked.offsets.sort()).toEqual([...ALL].sort());
});

test.each([
  ['does not know its new topics yet', protocol('UNKNOWN_TOPIC_OR_PARTITION')],
  ['did not answer, however often kafkajs asked', new KafkaJSNumberOfRetriesExceeded(protocol('REQUEST_TIMED_OUT'), { retryCount: 10, retryTime: 3_000 })],
  ['has some of them from another process, and had no time for others', new KafkaJSAggregateError('Topic creation errors', [protocol('TOPIC_ALREADY_EXISTS', false), protocol('REQUEST_TIMED_OUT')])],
])('a broker that %s is asked again', async (_what, error) => {
  const { admin, asked } = brokerWith({ creating: [error] });
  await ensureTopics(admin, 6, 1);
  expect(asked.create).toEqual([ALL, ALL]);
});

test('a topic whose leader has not taken it up is waited for, also one that was there already', async () => {
  const { admin, asked } = brokerWith({ existing: ALL, offsets: [protocol('NOT_LEADER_FOR_PARTITION'), protocol('LEADER_NOT_AVAILABLE')] });
  await ensureTopics(admin, 6, 1);
  expect(asked.create).toEqual([]);
  expect(asked.offsets).toHaveLength(ALL.length + 2);
});

test.each([
  ['a refusal', protocol('INVALID_REPLICATION_FACTOR', false)],
  ['a refusal of one topic among others', new KafkaJSAggregateError('Topic creation errors', [protocol('TOPIC_ALREADY_EXISTS', false), protocol('INVALID_PARTITIONS', false)])],
  ['a fault of ours', new KafkaJSNonRetriableError('Invalid topics array')],
])('%s is told at once', async (_what, error) => {
  const { admin, asked } = brokerWith({ creating: [error] });
  await expect(ensureTopics(admin, 6, 3)).rejects.toBe(error);
  expect(asked.create).toHaveLength(1);
  const serving = brokerWith({ existing: ALL, offsets: [error] });
  await expect(ensureTopics(serving.admin, 6, 3)).rejects.toBe(error);
});

test('what does not pass within 30 seconds is told', async () => {
  jest.useFakeTimers();
  const { admin } = brokerWith({ creating: Array.from({ length: 1_000 }, () => protocol('NOT_CONTROLLER')) });
  const told = expect(ensureTopics(admin, 6, 1)).rejects.toThrow('NOT_CONTROLLER');
  await jest.advanceTimersByTimeAsync(31_000);
  await told;
});
