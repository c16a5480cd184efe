import { deadLetterTopic, TOPICS } from '@stakewatch/contracts';
import { deadLetterOf, type LogRecord, MemoryLog } from '@stakewatch/runtime';
import { findLetter, readDeadLetters, replayOf, sourceTopic } from './dead-letter';

const topic = TOPICS.bettingEvents.name;
const record: LogRecord = { topic, partition: 2, offset: 41, timestamp: 1, key: Buffer.from('acme|p'), value: Buffer.from([0, 1, 2]), headers: {} };

async function logWith(...letters: LogRecord[]) {
  const log = new MemoryLog();
  await (await log.producer()).send(letters.map((letter) => deadLetterOf(letter, 'not a readable betting-event', 'velocity-detector')));
  return log;
}

test('copies of one letter are one; a letter is named by where its record stood', async () => {
  const log = await logWith(record, { ...record, offset: 42 }, record);
  const letters = await readDeadLetters(log, topic, new AbortController().signal);
  expect(letters).toMatchObject([{ topic, partition: 2, offset: 41, copies: 2, service: 'velocity-detector', reason: 'not a readable betting-event' }, { offset: 42, copies: 1 }]);
  expect(findLetter(letters, topic, 2, 42).offset).toBe(42);
  expect(() => findLetter(letters, topic, 1, 42)).toThrow(/no dead letter/);
});

test('reading dead letters commits nothing', async () => {
  const log = await logWith(record);
  await readDeadLetters(log, topic, new AbortController().signal);
  expect(await readDeadLetters(log, topic, new AbortController().signal)).toHaveLength(1);
  expect(log.records(deadLetterTopic(topic))).toHaveLength(1);
});

test('a replay is the record as it was, where it was', async () => {
  const [letter] = await readDeadLetters(await logWith(record), topic, new AbortController().signal);
  if (letter === undefined) throw new Error('no letter');
  expect(replayOf(letter, 6)).toEqual({ topic, partition: 2, key: record.key, value: record.value, headers: { 'stakewatch-replay-of': `${topic}/2/41` } });
  expect(replayOf(letter, 2)).not.toHaveProperty('partition');
});

test('topics are known by name, also with .dlq, and a slip is told', () => {
  expect(sourceTopic(`${topic}.dlq`)).toBe(topic);
  expect(() => sourceTopic('betting.event.v1')).toThrow(expect.objectContaining({ hint: `Did you mean ${topic}?` }) as Error);
  expect(() => sourceTopic(TOPICS.rules.name)).toThrow(/no topic/);
});
