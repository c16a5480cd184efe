import type { BettingEvent, VelocitySignals } from '@stakewatch/contracts';
import { packEvent, type PackedEvent, SHARED_SUBJECTS, SUBJECT_FIELD, TEXT_FIELDS } from '@stakewatch/rules';
import { AvroWriter, type BytesPlace, createAvroCodec, createMemorySchemaIds, FRAME_BYTES, type LogRecord, Unreadable } from '@stakewatch/runtime';
import fc from 'fast-check';
import { eventAt, readEvent } from './event-bytes';
import { ownBytes } from './own-bytes';
import { readSignal, signalsAt } from './signal-bytes';
import { SignalPacker } from './signal-packer';

const text = fc.oneof(fc.string({ maxLength: 60, unit: 'grapheme' }), fc.constantFrom('XOF', 'SEN', 'MOBILE', 'game-1', 'game-2'));
const optional = fc.option(text, { nil: null });
/** What avsc is exact for: below -2^52 it writes and reads other numbers. The gateway takes amounts up to 2^53 / 100. */
const long = fc.oneof(fc.integer({ min: -(2 ** 52), max: Number.MAX_SAFE_INTEGER - 1 }), fc.integer({ min: -200, max: 200 }));
const optionalLong = fc.option(long, { nil: null });
const anyEvent: fc.Arbitrary<BettingEvent> = fc.record({
  uuid: fc.uuid(), company_id: text, external_event_id: text, player_id: text,
  event_type: fc.constantFrom('DEPOSIT', 'WITHDRAWAL', 'BET_PLACED', 'BET_WON', 'BET_LOST', 'BONUS_CREDITED', 'BONUS_USED', 'REFUND', 'CASHOUT', 'JACKPOT'),
  event_timestamp: long, received_at: long, amount: long, currency: text, balance_before: optionalLong, balance_after: optionalLong,
  player_phone: optional, player_country: optional, player_kyc_level: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
  game_type: optional, game_id: optional, game_name: optional, game_sport: optional, game_competition: optional,
  game_odds: fc.option(fc.double({ noNaN: true }), { nil: null }), game_bet_id: optional, device_type: optional, operator: optional,
  ip_address: optional, session_id: optional, user_agent: optional, device_id: optional, late: fc.boolean(),
});

const ALL_TYPES = { device: 1023, phone: 1023, ip: 1023 };
/** Of a source partition: `events` events from offset 0 on. */
const batchOf = (partition: number, events: number) => ({ topic: 't', partition, fromOffset: 0, toOffset: events - 1 });
const recordOf = (value: Buffer | null): LogRecord => ({ topic: 't', partition: 0, offset: 0, timestamp: 0, key: null, value, headers: {} });
const codec = createAvroCodec(createMemorySchemaIds());
beforeAll(() => Promise.all([codec.register('betting-event'), codec.register('velocity-signals')]));

/** All of an event, in objects of its own. */
function contentOf(event: PackedEvent): object {
  const { type, level, timestamp, receivedAt, amount, balanceBefore, balanceAfter, odds } = event;
  return { uuid: event.uuidText(), type, level, timestamp, receivedAt, amount, balanceBefore, balanceAfter, odds, texts: TEXT_FIELDS.map((field) => event.text(field)), has: TEXT_FIELDS.map((field) => event.has(field)) };
}

const whole = (bytes: Buffer): BytesPlace => ({ bytes, from: 0, to: bytes.length });
/** The same bytes with others before and after them. */
const among = (value: Buffer, before: Uint8Array, after: Uint8Array): BytesPlace => ({ bytes: Buffer.concat([before, value, after]), from: before.length, to: before.length + value.length });

test('reads what the general decoder reads', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      const framed = codec.encode('betting-event', event);
      const expected = contentOf(packEvent(codec.decode('betting-event', framed)));
      const place = eventAt(whole(framed));
      expect([place.type, place.companyId, framed.toString('utf8', place.from, place.to)]).toEqual(['player', event.company_id, event.player_id]);
      expect(contentOf(readEvent(place))).toEqual(expected);
    }),
  );
});

const isReadable = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable);
    return false;
  }
};

test('refuses what the general decoder refuses: bytes that end early, go on, or are changed', () => {
  fc.assert(
    fc.property(anyEvent, fc.nat(), fc.nat(255), (event, place, byte) => {
      const framed = Buffer.from(codec.encode('betting-event', event));
      expect(isReadable(() => eventAt(whole(framed.subarray(0, FRAME_BYTES + (place % (framed.length - FRAME_BYTES))))))).toBe(false);
      expect(isReadable(() => eventAt(whole(Buffer.concat([framed, Buffer.from([byte])]))))).toBe(false);
      const changed = Buffer.from(framed);
      changed[42 + (place % (framed.length - 42))] = byte;
      if (isReadable(() => eventAt(whole(changed)))) expect(readEvent(eventAt(whole(changed))).uuidText()).toBe(codec.decode('betting-event', changed).uuid);
    }),
  );
});

/** What a reader makes of bytes: all that it read, or why it did not. */
function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable);
    return (error as Unreadable).reason;
  }
}

const readEventAt = (bytes: BytesPlace): unknown => {
  const place = eventAt(bytes);
  return [place.companyId, place.value.toString('utf8', place.from, place.to), contentOf(readEvent(place))];
};
const readSignalsAt = (bytes: BytesPlace): unknown => {
  const { sourceTime, signals } = signalsAt(bytes);
  return [sourceTime, signals.map((place) => [place.type, place.companyId, place.value.toString('utf8', place.from, place.to), contentOf(readSignal(place))])];
};
const asSignals = (event: BettingEvent): Buffer => {
  const packer = new SignalPacker(1);
  packer.add('acme', packEvent({ ...event, ip_address: '198.51.100.1' }), ALL_TYPES, 0);
  return packer.take(codec, batchOf(0, 1), 1)[0]?.value as Buffer;
};
/** Ways to spoil a value: none, a byte of it changed, cut short, or with bytes of the next at its end. */
const spoiling = fc.constantFrom('not', 'changed', 'cut', 'longer');
function spoilt(framed: Buffer, how: string, place: number, byte: number): Buffer {
  const at = FRAME_BYTES + (place % (framed.length - FRAME_BYTES));
  if (how === 'cut') return framed.subarray(0, at);
  if (how === 'longer') return Buffer.concat([framed, framed.subarray(FRAME_BYTES, at + 1)]);
  const bytes = Buffer.from(framed);
  if (how === 'changed') bytes[at] = byte;
  return bytes;
}

test.each([
  ['an event', (event: BettingEvent) => Buffer.from(codec.encode('betting-event', event)), readEventAt],
  ['a record of signals', asSignals, readSignalsAt],
])('%s among other bytes is what it is alone, whole or spoilt, even where the bytes after it would go on with it', (_name, write, read) => {
  fc.assert(
    fc.property(anyEvent, spoiling, fc.nat(), fc.nat(255), fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ maxLength: 50 }), (event, how, place, byte, before, after) => {
      const framed = write(event);
      const value = spoilt(framed, how, place, byte);
      const alone = outcomeOf(() => read(whole(value)));
      for (const next of [after, framed.subarray(Math.min(value.length, framed.length)), framed]) expect(outcomeOf(() => read(among(value, before, next)))).toEqual(alone);
      if (how !== 'changed') expect(typeof alone).toBe(how === 'not' ? 'object' : 'string');
    }),
    { numRuns: 300 },
  );
});

test('an event of an older schema is written anew in this one; a uuid in capitals is none', () => {
  const [event] = fc.sample(anyEvent, 1) as [BettingEvent];
  const framed = codec.encode('betting-event', { ...event, uuid: '0A000000-0000-4000-8000-000000000000' });
  expect(() => eventAt(whole(framed))).toThrow(/not a lower-case uuid/);
  const good = codec.encode('betting-event', event);
  expect(ownBytes(codec, 'betting-event', recordOf(good)).bytes).toBe(good);
  const { bytes, from, to } = ownBytes({ ...codec, isOwnSchema: () => false }, 'betting-event', recordOf(good));
  expect(bytes).not.toBe(good);
  expect(bytes.subarray(from, to).equals(good)).toBe(true);
});

test.each([
  ['none', null, 'the record has no value'],
  ['no frame', Buffer.from('{"json":true}'), 'value is not Avro in Confluent framing'],
  ['half a frame', Buffer.from([0, 0]), 'value is not Avro in Confluent framing'],
  ['a schema that nobody knows', Buffer.from([0, 0, 0, 9, 9, 1]), 'schema id 2313 is not in the registry'],
])('a value of %s is unreadable', (_name, value, reason) => {
  expect(outcomeOf(() => ownBytes(codec, 'betting-event', recordOf(value)))).toBe(reason);
});

test('signals are what the general decoder reads, one for each subject that the event has, and read back as the event', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 6 }), fc.nat(5), (events, source) => {
      const packer = new SignalPacker(3);
      events.forEach((event, at) => packer.add(event.company_id, packEvent(event), ALL_TYPES, at));
      const records = packer.take(codec, batchOf(source, events.length), 1_234);
      const seen: string[] = [];
      for (const { value } of records) {
        const framed = value as Buffer;
        const general: VelocitySignals = codec.decode('velocity-signals', framed);
        const { sourcePartition, sourceTime, sourceFrom, sourceTo, signals } = signalsAt(whole(framed));
        expect([sourceTime, general.source_time, general.source_partition, signals.length]).toEqual([1_234, 1_234, source, general.signals.length]);
        expect([sourcePartition, sourceFrom, sourceTo]).toEqual([source, general.source_from_offset, general.source_to_offset]);
        general.signals.forEach((signal, at) => {
          const place = signals[at] as (typeof signals)[number];
          expect([place.type, place.companyId, framed.toString('utf8', place.from, place.to)]).toEqual([signal.subject_type, signal.company_id, signal[SUBJECT_FIELD[signal.subject_type]]]);
          const expected = contentOf(packEvent(signal));
          expect(contentOf(readSignal(place))).toEqual(expected);
          seen.push(`${signal.subject_type} ${signal.uuid}`);
        });
      }
      const subjects = events.flatMap((event) => SHARED_SUBJECTS.filter((type) => event[SUBJECT_FIELD[type]]).map((type) => `${type} ${event.uuid}`));
      expect(seen.sort()).toEqual(subjects.sort());
    }),
  );
});

test('signals of a flood that all belong to one partition go out in records that a broker takes, in their order', () => {
  const [sample] = fc.sample(anyEvent, 1) as [BettingEvent];
  const packer = new SignalPacker(1);
  for (let index = 0; index < 6_000; index += 1) packer.add('acme', packEvent({ ...sample, received_at: index, player_phone: '+221', ip_address: '198.51.100.1', device_id: 'one' }), ALL_TYPES, index);
  const records = packer.take(codec, batchOf(0, 6_000), 1_234);
  expect(records.length).toBeGreaterThan(1);
  expect(Math.max(...records.map(({ value }) => (value as Buffer).length))).toBeLessThan(1_000_000);
  const signals = records.flatMap(({ value }) => (codec.decode('velocity-signals', value as Buffer) as VelocitySignals).signals);
  expect(signals.filter(({ subject_type }) => subject_type === 'ip').map(({ received_at }) => received_at)).toEqual(Array.from({ length: 6_000 }, (_none, index) => index));
});

test('a record of signals that ends early, goes on or is changed is unreadable or reads as something else, and never fails otherwise', () => {
  fc.assert(
    fc.property(anyEvent, fc.nat(), fc.nat(255), (event, place, byte) => {
      const packer = new SignalPacker(1);
      packer.add('acme', packEvent({ ...event, ip_address: '198.51.100.1' }), { device: 0, phone: 0, ip: 1023 }, 0);
      const [record] = packer.take(codec, batchOf(0, 1), 1);
      const framed = record?.value as Buffer;
      expect(isReadable(() => signalsAt(whole(framed.subarray(0, FRAME_BYTES + (place % (framed.length - FRAME_BYTES))))))).toBe(false);
      expect(isReadable(() => signalsAt(whole(Buffer.concat([framed, Buffer.from([byte])]))))).toBe(false);
      const changed = Buffer.from(framed);
      changed[FRAME_BYTES + (place % (framed.length - FRAME_BYTES))] = byte;
      isReadable(() => signalsAt(whole(changed)).signals.map((signal) => readSignal(signal)));
    }),
  );
});

test.each([-1, 6, 2 ** 40])('an event with the KYC level %j is unreadable: there is no room for it in a state', (level) => {
  const [event] = fc.sample(anyEvent, 1) as [BettingEvent];
  const framed = codec.encode('betting-event', { ...event, player_kyc_level: 5 });
  expect(eventAt(whole(framed))).toMatchObject({ companyId: event.company_id });
  const spoilt = whole(withLevel(event, level));
  expect(() => eventAt(spoilt)).toThrow(/no such KYC level/);
});

/** The event's bytes with a level that its schema, or what it says of it, does not have. */
function withLevel(event: BettingEvent, level: number): Buffer {
  const [five, four] = [5, 4].map((known) => codec.encode('betting-event', { ...event, player_kyc_level: known })) as [Buffer, Buffer];
  const at = five.findIndex((byte, place) => byte !== four[place]);
  const writer = new AvroWriter();
  writer.long(level);
  return Buffer.concat([five.subarray(0, at), writer.written, five.subarray(at + 1)]);
}
