import { deadLetterTopic, TOPICS } from '@stakewatch/contracts';
import { deadLetterOf, type LogClient, openToolLog } from '@stakewatch/runtime';
import { testFolder, type TestStack, testStack } from '@stakewatch/testing';
import { runHere } from './testing/run-here';

/** The commands on Kafka itself. Letters are of a topic whose readers leave out what they do not wait for. */
const folder = testFolder().path;
const topic = TOPICS.gatewayReplies.name;
/** Places of this run: beyond all that earlier ones used. */
const base = Date.now() * 10;
const RECORDS = 7;
let stack: TestStack;
let log: LogClient;

beforeAll(async () => {
  stack = await testStack();
  log = openToolLog({ clientId: 'dead-letters-test', brokers: [stack.kafka] });
  await (await log.admin()).ensureTopics(6, 1);
  // What earlier runs left is answered, so that counts are those of this one.
  await run('replay', topic, '--all', '--yes');
  const dead = (offset: number, service: string) => deadLetterOf({ topic, partition: 5, offset: base + offset, timestamp: 0, key: Buffer.from('k'), value: Buffer.from(`{"n":${offset}}`), headers: {} }, 'refused', service);
  const letters = Array.from({ length: RECORDS }, (_, offset) => [dead(RECORDS - 1 - offset, 'a'), dead(offset, 'b'), dead(offset, 'b')]).flat();
  await (await log.producer()).send(letters);
});
afterAll(async () => {
  await log.close();
  await stack.close();
});

const run = (...args: string[]) => runHere(['dead-letters', ...args], folder, { STAKEWATCH_HOME: folder, STAKEWATCH_KAFKA_BROKERS: stack.kafka });

interface Line {
  readonly partition: number;
  readonly offset: number;
  readonly service: string;
  readonly copies: number;
  readonly replayedAt: string | null;
}
const isOfThisRun = ({ partition, offset }: Line) => partition === 5 && offset >= base;
const EXPECTED = Array.from({ length: RECORDS }, (_, n) => [{ offset: base + n, service: 'a', copies: 1 }, { offset: base + n, service: 'b', copies: 2 }]).flat();
const told = ({ offset, service, copies }: Line) => ({ offset, service, copies });
const byService = (lines: readonly Line[]) => [...lines].sort((a, b) => a.offset - b.offset || a.service.localeCompare(b.service));

async function allLines(): Promise<readonly Line[]> {
  const { out } = await run('list', topic, '--all', '--after', `${topic}/5/${base - 1}`, '--json');
  return out.trim().split('\n').map((line) => JSON.parse(line) as Line).filter(isOfThisRun);
}

test('pages and the stream of all tell the same: every record once, in order, with all who refused it', async () => {
  const paged: Line[] = [];
  for (let after: string | null = `${topic}/5/${base - 1}`; after !== null; ) {
    const { code, out } = await run('list', '--json', '--limit', '3', '--after', after);
    expect(code).toBe(0);
    const { items, next }: { items: Line[]; next: string | null } = JSON.parse(out) as { items: Line[]; next: string | null };
    expect(new Set(items.map(({ offset }) => offset)).size).toBeLessThanOrEqual(3);
    paged.push(...items.filter((line) => isOfThisRun(line)));
    after = next !== null && paged.length < EXPECTED.length ? next : null;
  }
  expect(byService(paged).map(told)).toEqual(EXPECTED);
  expect(paged.map(({ offset }) => offset)).toEqual([...paged.map(({ offset }) => offset)].sort((a, b) => a - b));
  expect(byService(await allLines()).map(told)).toEqual(EXPECTED);
  const people = await run('list', topic, '--limit', '1');
  expect(people.out).toContain('REPLAYED AT');
  expect(people.err).toMatch(/More: --after gateway\.replies\.v1\/\d+\/\d+/);
  for (const wrong of [['--after', 'here'], ['--after', 'alerts.v1/0/1'], ['--limit', '1001']]) expect(await run('list', topic, ...wrong)).toMatchObject({ code: 2, out: '' });
});

test('all are replayed when it is confirmed, each once, and not again unless that is asked for', async () => {
  const records = async () => (await (await log.admin()).offsets(topic)).reduce((sum, { next }) => sum + next, 0);
  const before = await records();
  const asked = await run('replay', topic, '--all');
  expect(asked.code).toBe(2);
  expect(asked.err).toContain(`This replays ${RECORDS} records`);
  expect(await records()).toBe(before);
  const { code, out } = await run('replay', topic, '--all', '--yes', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ topic, replayed: RECORDS, complete: true });
  expect(await records()).toBe(before + RECORDS);
  expect((await allLines()).map(({ replayedAt }) => replayedAt)).not.toContain(null);
  expect(JSON.parse((await run('replay', topic, '--all', '--yes', '--json')).out)).toMatchObject({ replayed: 0 });
  expect(await records()).toBe(before + RECORDS);
  expect(JSON.parse((await run('replay', topic, '--partition', '5', '--offset', String(base), '--json')).out)).toMatchObject({ replayed: 1, items: [{ offset: base, service: 'b', copies: 2 }, { offset: base, service: 'a' }] });
  expect(await records()).toBe(before + RECORDS + 1);
  expect((await (await log.admin()).offsets(deadLetterTopic(topic)))).toHaveLength(1);
});
