import { deadLetterTopic, TOPICS } from '@stakewatch/contracts';
import { deadLetterOf, type LogRecord, MemoryLog } from '@stakewatch/runtime';
import { lettersAt, readDeadLetters, recordsOf, replayOf, sourceTopic } from './dead-letter';

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
  expect(lettersAt(letters, topic, 2, 42)).toMatchObject([{ offset: 42 }]);
  expect(() => lettersAt(letters, topic, 1, 42)).toThrow(/no dead letter/);
});

test('a record that two services refused has the reasons of both, and is replayed once', async () => {
  const log = await logWith(record, { ...record, offset: 42 });
  await (await log.producer()).send([deadLetterOf(record, 'cannot be a row', 'history-writer')]);
  const letters = await readDeadLetters(log, topic, new AbortController().signal);
  expect(letters.map(({ offset, service, reason, copies }) => [offset, service, reason, copies])).toEqual([[41, 'velocity-detector', 'not a readable betting-event', 1], [42, 'velocity-detector', 'not a readable betting-event', 1], [41, 'history-writer', 'cannot be a row', 1]]);
  expect(lettersAt(letters, topic, 2, 41).map(({ service }) => service)).toEqual(['velocity-detector', 'history-writer']);
  expect(recordsOf(letters).map(({ offset, service }) => [offset, service]).sort()).toEqual([[41, 'velocity-detector'], [42, 'velocity-detector']]);
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
