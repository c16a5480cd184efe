import { TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, createAvroCodec, createMemorySchemaIds, type LogRecord } from '@stakewatch/runtime';
import { bettingEvent } from '@stakewatch/testing';
import { activityStage } from './activity-stage';
import { refusedPack } from './refusals';

let codec: AvroCodec;
beforeAll(async () => {
  codec = createAvroCodec(createMemorySchemaIds());
  for (const schema of ['betting-event', 'bonus-change', 'processing-progress'] as const) await codec.register(schema);
});

const EVENTS = TOPICS.bettingEvents.name;
const BONUS = TOPICS.bonusChanges.name;
const at = { nowMicros: 1_770_000_000_000_000 };
const recordOf = (topic: string, partition: number, offset: number, value: Buffer, headers: LogRecord['headers'] = {}): LogRecord => ({ topic, partition, offset, timestamp: 0, key: null, value, headers });

test('of a pack that the scorer refuses, the events are said where the range of these is said', () => {
  const events = ['a', 'b'].map((external_event_id) => bettingEvent({ external_event_id }));
  const stage = activityStage(codec);
  const states = stage.keep({} as never);
  events.forEach((event, offset) => stage.fold(stage.decode(recordOf(EVENTS, 4, offset, codec.encode('betting-event', event))), states, at));
  const [pack] = stage.endBatch?.({ topic: EVENTS, partition: 4, fromOffset: 0, toOffset: 1 }, at, []) ?? [];
  const [said, ...more] = refusedPack(codec, recordOf(BONUS, 2, 70, pack?.value as Buffer, pack?.headers), at);
  expect([said?.topic, said?.key, more]).toEqual([TOPICS.processingProgress.name, `${EVENTS}-4`, []]);
  expect(codec.decode('processing-progress', said?.value as Buffer)).toMatchObject({ service: 'bonus-scorer', topic: BONUS, partition: 2, from_offset: 70, to_offset: 70, sources: [], refused: events.map(({ uuid }) => uuid) });
});

test('a record that holds no events, or cannot be read, says nothing', () => {
  const change = codec.encode('bonus-change', { uuid: '00000000-0000-4000-8000-00000000bbbb', company_id: 'acme', kind: 'change', received_at: 1, player_id: null, txn_date: null, body: '{', signals: [] });
  for (const value of [change, change.subarray(0, 20)]) expect(refusedPack(codec, recordOf(BONUS, 0, 1, value), at)).toEqual([]);
});
