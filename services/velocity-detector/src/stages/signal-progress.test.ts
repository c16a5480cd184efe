import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BettingEvent, type ProcessingProgress, TOPICS, type VelocitySignals } from '@stakewatch/contracts';
import { packEvent, StatePages } from '@stakewatch/rules';
import { createAvroCodec, createMemorySchemaIds, FRAME_BYTES, type LogRecord, type OutgoingRecord, type OwnedStates, type Stage, StateBudget, writeFrame } from '@stakewatch/runtime';
import { bettingEvent } from '@stakewatch/testing';
import { Type } from 'avsc';
import fc from 'fast-check';
import { RuleBook } from '../rule-book';
import { BUILT_IN_RULES } from '../rules';
import type { DetectorObserver } from './decider';
import { eventStage } from './event-stage';
import { SignalPacker } from './signal-packer';
import { signalStage } from './signal-stage';
import { SourceRanges } from './source-ranges';

const ids = createMemorySchemaIds();
const codec = createAvroCodec(ids);
beforeAll(async () => {
  for (const schema of ['betting-event', 'velocity-signals', 'alert', 'decision', 'processing-progress'] as const) await codec.register(schema);
});

const observer: DetectorObserver = { onFolded: () => undefined, onAlert: () => undefined, onDropped: () => undefined, onRuleFailed: () => undefined };
const book = new RuleBook(BUILT_IN_RULES, { values: () => [].values(), onChange: () => () => undefined }, () => undefined);
const deps = () => ({ codec, rulesFor: (company: string) => book.rulesFor(company), observer, pages: new StatePages() });

/** A stage, driven by hand: a batch at a time, cut wherever the test says. */
function driven<Input, Owned extends OwnedStates<Input>>(stage: Stage<Input, Owned>) {
  const states = stage.keep(new StateBudget(1 << 26));
  return (records: readonly LogRecord[], nowMillis: number): readonly OutgoingRecord[] => {
    const inputs = records.map((record) => stage.decode(record));
    const missing = states.touch(inputs);
    states.add(missing, missing.map(() => null));
    const at = { nowMicros: nowMillis * 1_000 };
    const [first, last] = [records[0], records.at(-1)] as [LogRecord, LogRecord];
    const folded = inputs.flatMap((input) => stage.fold(input, states, at));
    return [...folded, ...(stage.endBatch?.({ topic: first.topic, partition: first.partition, fromOffset: first.offset, toOffset: last.offset }, at, []) ?? [])];
  };
}
const recordsOf = (topic: string, partition: number, fromOffset: number, values: readonly Buffer[]): LogRecord[] =>
  values.map((value, at) => ({ topic, partition, offset: fromOffset + at, timestamp: 0, key: null, value, headers: {} }));

/** Where its name is long, a few signals of it fill a record. */
const device = (length: number) => 'd'.repeat(length);
let serial = 0;
const deposit = (device_id: string): BettingEvent => bettingEvent({ external_event_id: `e-${(serial += 1)}`, player_id: `p-${serial}`, player_phone: null, ip_address: null, device_id });
/** What the first stage publishes of a batch of one source partition, its signals all for one partition. */
function handedOn(partition: number, fromOffset: number, events: readonly BettingEvent[], nowMillis: number) {
  const outputs = driven(eventStage({ ...deps(), signalPartitions: 1 }))(recordsOf(TOPICS.bettingEvents.name, partition, fromOffset, events.map((event) => codec.encode('betting-event', event))), nowMillis);
  return { signals: outputs.filter(({ topic }) => topic === TOPICS.velocitySignals.name).map(({ value }) => value as Buffer), progress: progressIn(outputs) };
}
function progressIn(outputs: readonly OutgoingRecord[]): ProcessingProgress {
  const said = outputs.filter(({ topic }) => topic === TOPICS.processingProgress.name);
  expect(said).toHaveLength(1);
  return codec.decode('processing-progress', said[0]?.value as Buffer);
}
/** What the second stage says of batches of records of signals. */
function saidOf(...batches: readonly (readonly Buffer[])[]): ProcessingProgress[] {
  const work = driven(signalStage(deps()));
  let offset = 0;
  return batches.map((values) => {
    const records = recordsOf(TOPICS.velocitySignals.name, 0, offset, values);
    offset += values.length;
    return progressIn(work(records, 9_000));
  });
}
const plain = ({ sources }: ProcessingProgress) => sources.map(({ partition, from_offset, to_offset }) => [partition, from_offset, to_offset]);

test('a newer batch of another source partition says nothing of this one', () => {
  const older = handedOn(1, 10, [deposit('a'), deposit('a')], 1_000);
  const newer = handedOn(2, 70, [deposit('a')], 2_000);
  expect(older.progress).toMatchObject({ partition: 1, from_offset: 10, to_offset: 11, handed_to: [0], sources: [] });
  const [first, second] = saidOf(newer.signals, older.signals) as [ProcessingProgress, ProcessingProgress];
  expect([first.source_time, plain(first)]).toEqual([2_000, [[2, 70, 70]]]);
  expect([second.source_time, plain(second)]).toEqual([1_000, [[1, 10, 11]]]);
});

test('several source partitions in one batch are told apart; batches that follow each other are one range, a gap is none', () => {
  const batches = [handedOn(1, 10, [deposit('a')], 1_000), handedOn(2, 70, [deposit('a')], 1_000), handedOn(1, 11, [deposit('a'), deposit('a')], 1_000), handedOn(1, 20, [deposit('a')], 1_000)];
  expect(saidOf(batches.flatMap(({ signals }) => signals)).map(plain)).toEqual([[[1, 10, 12], [2, 70, 70], [1, 20, 20]]]);
});

test('of a batch whose signals take several records, the second stage says only what it has worked, wherever its own batches end and in any order', () => {
  const { signals } = handedOn(3, 100, Array.from({ length: 8 }, () => deposit(device(100_000))), 1_000);
  expect(signals).toHaveLength(2);
  const [one, other] = signals as [Buffer, Buffer];
  const cut = (codec.decode('velocity-signals', one) as VelocitySignals).signals.length;
  const [before, after] = [[[3, 100, 100 + cut - 1]], [[3, 100 + cut, 107]]];
  expect(saidOf([one], [other]).map(plain)).toEqual([before, after]);
  expect(saidOf([one, other]).map(plain)).toEqual([[[3, 100, 107]]]);
  expect(saidOf([other], [one]).map(plain)).toEqual([after, before]);
  expect(saidOf([one, one, other]).map(plain)).toEqual([[[3, 100, 107]]]);
});

test('records of a first stage from before the ranges are told as such', async () => {
  const old = Type.forSchema(JSON.parse(readFileSync(join(__dirname, '..', '..', '..', '..', 'schemas', 'released', 'velocity-signals', '1.avsc'), 'utf8')), { wrapUnions: 'auto' as unknown as boolean });
  const now = handedOn(1, 10, [deposit('a')], 1_000).signals[0] as Buffer;
  const framed = Buffer.concat([Buffer.alloc(FRAME_BYTES), old.toBuffer(codec.decode('velocity-signals', now))]);
  writeFrame(framed, await ids.register('velocity-signals', JSON.stringify(old.schema({ exportAttrs: true }))));
  await codec.learn([framed]);
  const newer = handedOn(1, 11, [deposit('a')], 2_000).signals;
  const [progress] = saidOf([framed, ...newer]) as [ProcessingProgress];
  expect([progress.source_time, plain(progress)]).toEqual([2_000, [[1, -1, -1], [1, 11, 11]]]);
});

test('of every event, one record of each partition has all of its signals and says so; records of a partition cover the batch without a gap', () => {
  const names = fc.record({ device: fc.constantFrom(0, 150_000, 300_000), ip: fc.nat(3), kinds: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 2 }), fc.nat(5), (events, partitions, gap) => {
      const packer = new SignalPacker(partitions);
      const offsetOf = (at: number) => 50 + at * (gap + 1);
      const uuids = events.map((shape, at) => {
        const event = { ...deposit(device(1 + shape.device)), ip_address: `203.0.113.${shape.ip}` };
        packer.add('acme', packEvent(event), { device: shape.kinds & 1 ? 1023 : 0, phone: 0, ip: shape.kinds & 2 ? 1023 : 0 }, offsetOf(at));
        return event.uuid;
      });
      const batch = { topic: 't', partition: 7, fromOffset: 49, toOffset: offsetOf(events.length) };
      const records = packer.take(codec, batch, 1).map(({ partition, value }) => ({ partition, ...(codec.decode('velocity-signals', value as Buffer) as VelocitySignals) }));
      for (let partition = 0; partition < partitions; partition += 1) {
        const own = records.filter((record) => record.partition === partition);
        own.forEach((record, at) => {
          expect(record.source_from_offset).toBe(at === 0 ? 49 : (own[at - 1]?.source_to_offset as number) + 1);
          for (const { uuid } of record.signals) {
            const offset = offsetOf(uuids.indexOf(uuid));
            expect(offset >= record.source_from_offset && offset <= record.source_to_offset).toBe(true);
          }
        });
        if (own.length > 0) expect(own.at(-1)?.source_to_offset).toBe(batch.toOffset);
      }
    }),
    // The second event's device fills a record, its address comes after.
    { numRuns: 15, examples: [[[1, 2].map(() => ({ device: 300_000, ip: 0, kinds: 3 })), 1, 0]] },
  );
});

test('ranges hold what was added and nothing else, in whatever order and however often', () => {
  const ranges = fc.array(fc.tuple(fc.nat(2), fc.nat(40), fc.nat(10)), { maxLength: 20 });
  fc.assert(
    fc.property(ranges, (added) => {
      const sources = new SourceRanges();
      const expected = new Set<string>();
      for (const [sourcePartition, sourceFrom, length] of added) {
        sources.add({ sourcePartition, sourceFrom, sourceTo: sourceFrom + length });
        for (let offset = sourceFrom; offset <= sourceFrom + length; offset += 1) expected.add(`${sourcePartition}/${offset}`);
      }
      const held = new Set(sources.ranges.flatMap(({ partition, from_offset, to_offset }) => Array.from({ length: to_offset - from_offset + 1 }, (_none, at) => `${partition}/${from_offset + at}`)));
      expect([...held].sort()).toEqual([...expected].sort());
    }),
  );
});
