import { Type } from 'avsc';
import fc from 'fast-check';
import { type AvroSchemaName, schemaText } from '@stakewatch/contracts';
import { FRAME_BYTES } from '@stakewatch/runtime';
import { readContainer } from '../testing/memory-store';
import { recordOf, sampleAlert, sampleEvent, testCodec } from '../testing/records';
import { bodyChecker } from './body-checker';
import { containerForm, encodeContainer } from './container';
import { MAX_LONG_BYTES, writeLong } from './varint';

test('longs are written as avsc reads them, over the range that avsc writes exactly', () => {
  const long = Type.forSchema('long');
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeNat().map((n) => Math.min(n, 2 ** 53 - 2)), fc.integer(), fc.nat(300), fc.bigInt(-(2n ** 51n), 0n).map(Number)), (value) => {
      const target = Buffer.alloc(MAX_LONG_BYTES);
      expect(target.subarray(0, writeLong(target, 0, value))).toEqual(long.toBuffer(value));
    }),
  );
});

test('a container holds the raw values, each with its place, and is read by avsc', async () => {
  const codec = await testCodec();
  const events = [sampleEvent('a'), sampleEvent('b', { game_odds: null, amount: 2 ** 53 - 2, event_type: 'JACKPOT', user_agent: 'é'.repeat(500) })];
  const records = events.map((event, i) => ({ ...recordOf(codec.encode('betting-event', event), i * 7_000_000_000), partition: 5 + i }));
  const rows = readContainer(encodeContainer(containerForm(schemaText('betting-event')), records));
  expect(rows).toEqual(events.map((event, i) => ({ ...event, kafka_partition: 5 + i, kafka_offset: i * 7_000_000_000 })));
});

test('the form names every field, the place last', () => {
  expect(containerForm(schemaText('processing-progress')).fields.slice(-6)).toEqual(['source_time', 'handed_to', 'sources', 'refused', 'kafka_partition', 'kafka_offset']);
  expect(() => containerForm('"string"')).toThrow('not a record');
});

const SCHEMAS: readonly AvroSchemaName[] = ['betting-event', 'alert', 'decision', 'processing-progress', 'webhook-attempt', 'velocity-signals'];

test.each(SCHEMAS)('%s: random values fit; cut short or with a byte more they do not', (name) => {
  const checker = bodyChecker(schemaText(name));
  const type = Type.forSchema(JSON.parse(schemaText(name)), { wrapUnions: 'auto' as unknown as boolean });
  for (let i = 0; i < 200; i += 1) {
    const body = type.toBuffer(type.random());
    expect(checker.fits(body, 0, body.length)).toBe(true);
    expect(checker.fits(Buffer.concat([body, Buffer.from([0])]), 0, body.length + 1)).toBe(false);
    for (const cut of [1, 2, Math.ceil(body.length / 2), body.length]) expect(checker.fits(body, 0, body.length - cut)).toBe(false);
  }
});

test('random bytes never make the checker read beyond their end or throw', () => {
  const checkers = SCHEMAS.map((name) => bodyChecker(schemaText(name)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const checker of checkers) expect(typeof checker.fits(Buffer.from(bytes), 0, bytes.length)).toBe('boolean');
    }),
  );
});

test('a symbol or a union branch that does not exist does not fit', async () => {
  const body = (await testCodec()).encode('alert', sampleAlert('550e8400-e29b-41d4-a716-446655440000', 1)).subarray(FRAME_BYTES);
  const checker = bodyChecker(schemaText('alert'));
  const status = 37 + 1 + 1 + 'acme'.length;
  expect(checker.fits(body, 0, body.length)).toBe(true);
  const broken = Buffer.from(body);
  broken[status] = 4;
  expect(checker.fits(broken, 0, broken.length)).toBe(false);
});
