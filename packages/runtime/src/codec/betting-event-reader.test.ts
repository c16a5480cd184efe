import type { BettingEvent } from '@stakewatch/contracts';
import fc from 'fast-check';
import { Unreadable } from '../consumer/stage';
import { createAvroCodec } from './avro-codec';
import { createBettingEventReader } from './betting-event-reader';
import { createMemorySchemaIds } from './memory-schema-ids';

const text = fc.oneof(fc.string({ maxLength: 60, unit: 'grapheme' }), fc.constantFrom('XOF', 'SEN', 'MOBILE', 'game-1', 'game-2'));
const optional = fc.option(text, { nil: null });
const long = fc.oneof(fc.integer({ min: Number.MIN_SAFE_INTEGER + 2, max: Number.MAX_SAFE_INTEGER - 1 }), fc.integer({ min: -200, max: 200 }));
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

async function setUp() {
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('betting-event');
  return { codec, reader: createBettingEventReader(codec) };
}

test('reads what the general decoder reads', async () => {
  const { codec, reader } = await setUp();
  fc.assert(
    fc.property(anyEvent, (event) => {
      const framed = codec.encode('betting-event', event);
      const { external_event_id: _id, game_name: _name, game_bet_id: _bet, user_agent: _agent, late: _late, ...seen } = codec.decode('betting-event', framed);
      expect(reader.ownerOf(framed)).toEqual({ companyId: event.company_id, playerId: event.player_id });
      expect(reader.read(framed)).toEqual({ ...seen });
    }),
  );
});

test('refuses what the general decoder refuses: bytes that end early, go on, or are changed', async () => {
  const { codec, reader } = await setUp();
  const isReadable = (work: () => unknown): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(Unreadable);
      return false;
    }
  };
  fc.assert(
    fc.property(anyEvent, fc.nat(), fc.nat(255), (event, place, byte) => {
      const framed = Buffer.from(codec.encode('betting-event', event));
      expect(isReadable(() => reader.ownerOf(framed.subarray(0, 5 + (place % (framed.length - 5)))))).toBe(false);
      expect(isReadable(() => reader.ownerOf(Buffer.concat([framed, Buffer.from([byte])])))).toBe(false);
      const changed = Buffer.from(framed);
      changed[42 + (place % (framed.length - 42))] = byte;
      if (isReadable(() => reader.ownerOf(changed))) expect(reader.read(changed)).toMatchObject({ uuid: codec.decode('betting-event', changed).uuid });
    }),
  );
});

test('an event of an older schema goes the general way; a uuid in capitals is none', async () => {
  const { codec, reader } = await setUp();
  const [event] = fc.sample(anyEvent, 1) as [BettingEvent];
  const framed = codec.encode('betting-event', { ...event, uuid: '0A000000-0000-4000-8000-000000000000' });
  expect(() => reader.ownerOf(framed)).toThrow(/not a lower-case uuid/);
  const other = createBettingEventReader({ ...codec, isOwnSchema: () => false });
  const good = codec.encode('betting-event', event);
  expect(other.ownerOf(good)).toEqual(reader.ownerOf(good));
  expect(other.read(good)).toMatchObject(reader.read(good));
});
