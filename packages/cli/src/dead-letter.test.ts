import fc from 'fast-check';
import { deadLetterTopic, readReplayMark, TOPICS } from '@stakewatch/contracts';
import { deadLetterOf, LogUnavailable, type LogRecord, MemoryLog, partitionOf } from '@stakewatch/runtime';
import { type DeadLetter, DeadLetterLog, type Place, sourceTopic } from './dead-letter';
import { countReplays, replayAll, Replayer } from './dead-letter-replay';
import { type DeadRecord, deadRecordAt, deadRecords } from './dead-records';
import { FirstPlaces } from './first-places';

const topic = TOPICS.bettingEvents.name;
const dlq = deadLetterTopic(topic);
const { signal } = new AbortController();
const record: LogRecord = { topic, partition: 2, offset: 41, timestamp: 1, key: Buffer.from('acme|p'), value: Buffer.from([0, 1, 2]), headers: {} };
const at = (partition: number, offset: number): LogRecord => ({ ...record, partition, offset });
const ALL = { limit: 1000, after: null };

async function logWith(...letters: LogRecord[]) {
  const log = new MemoryLog();
  await refuse(log, 'velocity-detector', ...letters);
  return log;
}
async function refuse(log: MemoryLog, service: string, ...letters: LogRecord[]) {
  await (await log.producer()).send(letters.map((letter) => deadLetterOf(letter, `${service} cannot`, service)));
}
const pageOf = async (log: MemoryLog, page: { limit: number; after: Place | null } = ALL) => deadRecords(await DeadLetterLog.open(log, topic), page, signal);
const placeOf = ({ partition, offset }: Place) => `${partition}/${offset}`;
const refusals = ({ refusals: all }: DeadRecord) => [...all.values()].map(({ service, reason, copies }) => [service, reason, copies]);
const replay = async (log: MemoryLog, options: { again?: boolean; placesAtOnce?: number } = {}) =>
  replayAll(await DeadLetterLog.open(log, topic), await Replayer.open(log, topic), { again: false, signal, ...options }, () => undefined);

test('a record is one, named by where it stood, with who refused it and how many copies there are of each letter', async () => {
  const log = await logWith(record, at(2, 42), record);
  await refuse(log, 'history-writer', record);
  const { records, more } = await pageOf(log);
  expect(more).toBe(false);
  expect(records.map(placeOf)).toEqual(['2/41', '2/42']);
  expect(records.map(refusals)).toEqual([[['velocity-detector', 'velocity-detector cannot', 2], ['history-writer', 'history-writer cannot', 1]], [['velocity-detector', 'velocity-detector cannot', 1]]]);
  const found = await deadRecordAt(await DeadLetterLog.open(log, topic), { partition: 2, offset: 41 }, signal);
  expect(refusals(found.record)).toHaveLength(2);
  await expect(deadRecordAt(await DeadLetterLog.open(log, topic), { partition: 1, offset: 42 }, signal)).rejects.toThrow(/no dead letter/);
});

test('a letter that was put there by hand is named by where it stands', async () => {
  const log = await logWith(record);
  log.append({ topic: dlq, key: null, value: null });
  expect((await pageOf(log)).records.map(placeOf)).toEqual(['0/1', '2/41']);
});

test('reading dead letters commits nothing', async () => {
  const log = await logWith(record);
  await pageOf(log);
  expect((await pageOf(log)).records).toHaveLength(1);
  expect(log.records(dlq)).toHaveLength(1);
});

test('a replay is the record as it was, where it was, and then a mark that names the letter and the end of the topic', async () => {
  const log = await logWith(record);
  log.append({ topic, partition: 2, key: 'x', value: null });
  expect(await replay(log)).toBe(1);
  expect(log.partitions(topic)[2]?.at(-1)).toMatchObject({ offset: 1, key: record.key, value: record.value, headers: { 'stakewatch-replay-of': `${topic}/2/41` } });
  const mark = log.records(dlq).at(-1) as LogRecord;
  expect(mark).toMatchObject({ value: null, key: record.key });
  expect(readReplayMark(mark.headers)).toEqual({ topic, partition: 2, offset: 41, uuid: null, replayedPartition: 2, replayedFrom: 1, replayedBefore: 2 });
  expect((await pageOf(log)).records).toMatchObject([{ offset: 41, replayedAt: expect.stringMatching(/Z$/) as string }]);
});

test('a record of a partition that is no more goes where its key belongs', async () => {
  const log = await logWith(at(7, 3));
  await replay(log);
  const into = partitionOf(record.key as Buffer, 3);
  expect(log.partitions(topic)[into]).toHaveLength(1);
  expect(readReplayMark((log.records(dlq).at(-1) as LogRecord).headers)).toMatchObject({ partition: 7, replayedPartition: into, replayedFrom: 0, replayedBefore: 1 });
});

test('all are replayed once, whoever refused them, however few places are held at a time; the next time only what is new', async () => {
  const log = await logWith(...[5, 3, 9, 1, 7].map((offset) => at(1, offset)), at(0, 4));
  await refuse(log, 'history-writer', at(1, 9), at(0, 4), at(1, 1));
  const places = () => log.records(topic).map(({ headers }) => headers['stakewatch-replay-of']);
  expect(await countReplays(await DeadLetterLog.open(log, topic), { again: false, signal, placesAtOnce: 2 })).toBe(6);
  expect(await replay(log, { placesAtOnce: 2 })).toBe(6);
  expect(new Set(places())).toEqual(new Set(['0/4', '1/1', '1/3', '1/5', '1/7', '1/9'].map((place) => `${topic}/${place}`)));
  expect(places()).toHaveLength(6);

  // A service that comes to the place after its replay reads the replayed record as well.
  await refuse(log, 'bonus-scorer', at(1, 5));
  expect(await replay(log)).toBe(0);
  await refuse(log, 'velocity-detector', at(1, 60));
  expect(await replay(log, { placesAtOnce: 2 })).toBe(1);
  expect(await replay(log, { again: true, placesAtOnce: 2 })).toBe(7);
});

test('stopped half way, a replay goes on with the rest the next time', async () => {
  const log = await logWith(...Array.from({ length: 1200 }, (_, offset) => at(0, offset)));
  const real = await Replayer.open(log, topic);
  let chunks = 0;
  const failing = {
    async send(letters: readonly DeadLetter[]) {
      if ((chunks += 1) === 2) throw new LogUnavailable('away');
      await real.send(letters);
    },
  };
  await expect(replayAll(await DeadLetterLog.open(log, topic), failing, { again: false, signal }, () => undefined)).rejects.toThrow('away');
  expect(log.records(topic)).toHaveLength(500);
  const told: number[] = [];
  await replayAll(await DeadLetterLog.open(log, topic), real, { again: false, signal }, (count) => told.push(count));
  expect(told).toEqual([500, 700]);
  expect(new Set(log.records(topic).map(({ headers }) => headers['stakewatch-replay-of'])).size).toBe(1200);
});

test('Ctrl-C ends a replay after the chunk at hand; the next one goes on with the rest', async () => {
  const log = await logWith(...Array.from({ length: 1200 }, (_, offset) => at(0, offset)));
  const stop = new AbortController();
  const replayer = await Replayer.open(log, topic);
  const replayed = await replayAll(await DeadLetterLog.open(log, topic), replayer, { again: false, signal: stop.signal }, () => stop.abort());
  expect(replayed).toBe(500);
  expect(await replay(log)).toBe(700);
  expect(new Set(log.records(topic).map(({ headers }) => headers['stakewatch-replay-of'])).size).toBe(1200);
});

test('pages of any size hold every record once, in order, with all its letters and its replay, and no more than two pages are held', async () => {
  const letter = fc.record({ partition: fc.nat(2), offset: fc.nat(12), service: fc.constantFrom('a', 'b'), marked: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(letter, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), async (letters, limit) => {
      const log = new MemoryLog();
      const copies = new Map<string, number>();
      const marked = new Set<string>();
      const replayer = await Replayer.open(log, topic);
      for (const { partition, offset, service, marked: mark } of letters) {
        await refuse(log, service, at(partition, offset));
        const key = `${partition}/${offset}`;
        copies.set(`${key}/${service}`, (copies.get(`${key}/${service}`) ?? 0) + 1);
        if (!mark) continue;
        marked.add(key);
        await replayer.send([{ ...at(partition, offset), uuid: null, service, reason: '', deadAt: '', record: at(0, offset) }]);
      }
      const seen: DeadRecord[] = [];
      for (let after: Place | null = null, more = true; more; ) {
        const page = await pageOf(log, { limit, after });
        expect(page.records.length).toBeLessThanOrEqual(limit);
        seen.push(...page.records);
        [after, more] = [page.records.at(-1) ?? null, page.more];
      }
      expect(seen.map(placeOf)).toEqual([...new Set(letters.map(placeOf))].sort((a, b) => Number(a.split('/')[0]) - Number(b.split('/')[0]) || Number(a.split('/')[1]) - Number(b.split('/')[1])));
      expect(seen.flatMap((each) => [...each.refusals.values()].map((refusal) => [`${placeOf(each)}/${refusal.service}`, refusal.copies])).sort()).toEqual([...copies].sort());
      expect(new Set(seen.filter(({ replayedAt }) => replayedAt !== null).map(placeOf))).toEqual(marked);
    }),
    { numRuns: 60 },
  );
  const first = new FirstPlaces(10, null);
  let held = 0;
  for (let offset = 5_000; offset > 0; offset -= 1) {
    first.at({ partition: 0, offset }, () => ({ partition: 0, offset }));
    held = Math.max(held, first.size);
  }
  expect(held).toBeLessThanOrEqual(21);
  expect(first.result()).toEqual({ entries: Array.from({ length: 10 }, (_, index) => ({ partition: 0, offset: index + 1 })), more: true });
});

test('topics are known by name, also with .dlq, and a slip is told', () => {
  expect(sourceTopic(`${topic}.dlq`)).toBe(topic);
  expect(() => sourceTopic('betting.event.v1')).toThrow(expect.objectContaining({ hint: `Did you mean ${topic}?` }) as Error);
  expect(() => sourceTopic(TOPICS.rules.name)).toThrow(/no topic/);
});
