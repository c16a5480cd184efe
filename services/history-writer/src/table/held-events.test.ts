import { type BonusInput, eventIdentity, TOPICS, type VelocitySignals } from '@stakewatch/contracts';
import { createAvroCodec, createMemorySchemaIds, type LogRecord } from '@stakewatch/runtime';
import { MemoryStore } from '../testing/memory-store';
import { recordOf, sampleEvent, silentObserver } from '../testing/records';
import { DeadLetterWriter } from './dead-letter-writer';
import { heldBy } from './held-events';

const { uuidOf } = eventIdentity('acme');
const SIGNALS = TOPICS.velocitySignals.name;
const BONUS = TOPICS.bonusChanges.name;

async function setUp() {
  const ids = createMemorySchemaIds();
  const writing = createAvroCodec(ids);
  for (const schema of ['velocity-signals', 'bonus-change', 'betting-event'] as const) await writing.register(schema);
  const signals = (events: string[], source: Partial<VelocitySignals> = {}) => {
    const of = events.flatMap((id) => (['device', 'ip'] as const).map((subject_type) => ({ ...sampleEvent(id), subject_type })));
    return Buffer.from(writing.encode('velocity-signals', { source_partition: 4, source_time: 1, source_from_offset: 100, source_to_offset: 109, signals: of as unknown as VelocitySignals['signals'], ...source }));
  };
  const pack = (kind: BonusInput['kind'], events: string[]) => {
    const of = events.map((id) => ({ ...sampleEvent(id), event_uuid: uuidOf(id) }));
    return Buffer.from(writing.encode('bonus-change', { uuid: uuidOf('pack'), company_id: 'acme', kind, received_at: 1, player_id: null, txn_date: null, body: '', signals: of as unknown as BonusInput['signals'] }));
  };
  // The history writer has not seen these schemas yet.
  return { writing, reading: createAvroCodec(ids), signals, pack };
}

test('signals say whose they are, each event once, and which range of events they are of; older ones say no range', async () => {
  const { writing, signals } = await setUp();
  expect(heldBy(SIGNALS, signals(['a', 'b']), writing)).toEqual({ event_uuids: [uuidOf('a'), uuidOf('b')], sources: [{ partition: 4, from_offset: 100, to_offset: 109 }] });
  expect(heldBy(SIGNALS, signals(['a'], { source_from_offset: -1, source_to_offset: -1 }), writing)).toEqual({ event_uuids: [uuidOf('a')], sources: [] });
});

test('what the bonus scorer was to see of events says whose it is; a bonus change is of none', async () => {
  const { writing, pack } = await setUp();
  expect(heldBy(BONUS, pack('activity', ['a', 'b', 'a']), writing)).toEqual({ event_uuids: [uuidOf('a'), uuidOf('b')], sources: [] });
  expect(heldBy(BONUS, pack('change', []), writing)).toEqual({ event_uuids: [], sources: [] });
});

test('what cannot be read, or is of another topic, holds nothing', async () => {
  const { writing, reading, signals } = await setUp();
  const nothing = { event_uuids: [], sources: [] };
  for (const value of [null, Buffer.alloc(0), Buffer.from('no avro'), signals(['a']).subarray(0, -20), writing.encode('betting-event', sampleEvent('a'))]) expect(heldBy(SIGNALS, value, writing)).toEqual(nothing);
  expect(heldBy(SIGNALS, signals(['a']), reading)).toEqual(nothing);
  expect(heldBy(TOPICS.bettingEvents.name, signals(['a']), writing)).toEqual(nothing);
  expect(heldBy(SIGNALS, Buffer.from(writing.encode('velocity-signals', { source_partition: 0, source_time: 1, source_from_offset: 0, source_to_offset: 0, signals: [{ ...sampleEvent('a'), uuid: 'no uuid', subject_type: 'ip' }] as unknown as VelocitySignals['signals'] })), writing).event_uuids).toEqual([]);
});

test('a letter is a row with whose signals it held, by a schema that the writer has to ask for, or without where there is none', async () => {
  const { reading, signals } = await setUp();
  const letter = (offset: number, value: Buffer): LogRecord => ({ ...recordOf(value, offset, `${SIGNALS}.dlq`), headers: { 'stakewatch-source-topic': SIGNALS, 'stakewatch-source-partition': '1', 'stakewatch-source-offset': String(offset) } });
  const foreign = signals(['b']);
  foreign.writeUInt32BE(999, 1);
  const store = new MemoryStore([]);
  await new DeadLetterWriter(store, reading, silentObserver).write([letter(0, signals(['a'])), letter(1, foreign)], 't', new AbortController().signal);
  expect(store.rows.map(({ event_uuids }) => event_uuids)).toEqual([[uuidOf('a')], []]);
});
