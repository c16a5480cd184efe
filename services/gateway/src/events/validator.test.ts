import type { Language } from '@stakewatch/contracts';
import { BATCH_EXAMPLE, CURL_EXAMPLE, GROUPED_EXAMPLE } from '../docs/examples';
import { MAX_AMOUNT } from './fields';
import { microsOf } from './timestamp';
import { createEventValidator } from './validator';

const NOW = microsOf('2026-11-21T12:00:00Z');
const validator = createEventValidator({ has: (code) => ['ORANGE_SN', 'CARD'].includes(code) });
const accept = (body: unknown) => validator.accept(body, NOW);
const messages = (body: unknown, language: Language = 'en') => validator.faults(body, NOW, language).map(({ message }) => message);
const grouped = (group: 'player' | 'event' | 'game' | 'metadata', fields: object) => ({ ...GROUPED_EXAMPLE, [group]: { ...GROUPED_EXAMPLE[group], ...fields } });
const flat = (fields: object) => ({ ...CURL_EXAMPLE, ...fields });

test('the examples of the document are taken as they stand', () => {
  for (const event of [CURL_EXAMPLE, GROUPED_EXAMPLE, ...BATCH_EXAMPLE.events]) expect(accept(event)).not.toBeNull();
});

test('the grouped and the flat form of one event give the same values', () => {
  const { player, event, game, metadata } = GROUPED_EXAMPLE;
  const asFlat = {
    event_id: GROUPED_EXAMPLE.event_id, player_id: player.id, player_phone: player.phone, player_country: player.country, player_kyc_level: player.kyc_level,
    event_type: event.type, event_timestamp: event.timestamp, amount: event.amount, currency: event.currency, event_balance_before: event.balance_before, balance_after: event.balance_after,
    game_type: game.type, game_id: game.id, game_name: game.name, game_sport: game.sport, game_competition: game.competition, game_odds: game.odds, game_bet_id: game.bet_id,
    device_type: metadata.device_type, operator: metadata.operator, ip_address: metadata.ip_address, session_id: metadata.session_id,
  };
  expect(accept(asFlat)).toEqual(accept(GROUPED_EXAMPLE));
  expect(accept(asFlat)).toMatchObject({ amount: 5000, balance_before: 15_000, balance_after: 10_000, game_bet_id: 'bet_456', user_agent: null });
});

test('an unknown event type is told in the words of the document, in every language', () => {
  for (const language of ['en', 'fr'] as const) {
    expect(messages(grouped('event', { type: 'INVALID' }), language)).toEqual(['event_type invalide: INVALID']);
    expect(messages(flat({ event_type: 'INVALID' }), language)).toEqual(['event_type invalide: INVALID']);
  }
});

test('a number beyond all doubles is not told as null', () => {
  expect(messages(flat({ amount: JSON.parse('1E400') as unknown }))[0]).toMatch(/, got Infinity$/);
});

test.each([-1, 0.5, MAX_AMOUNT + 1, 2 ** 53 + 1, '5000', null, true, [], {}, 1e21])('amount %j is refused by name and value', (amount) => {
  expect(accept(flat({ amount }))).toBeNull();
  expect(messages(flat({ amount }))[0]).toMatch(/^amount must be an integer from 0 to 90071992547409, got /);
  expect(messages(grouped('event', { amount }))[0]).toMatch(/^event\.amount must be an integer/);
});

test.each([0, 1, 5000, MAX_AMOUNT])('amount %d is taken, and a hundredfold of it is exact', (amount) => {
  expect(accept(flat({ amount }))?.amount).toBe(amount);
  expect(BigInt(amount * 100)).toBe(BigInt(amount) * 100n);
});

test.each([
  ['currency', 'XXQ'], ['currency', 'xof'], ['currency', ''], ['player_country', 'SN'], ['player_country', 'XYZ'], ['player_kyc_level', 6], ['player_kyc_level', -1], ['player_kyc_level', '2'],
  ['event_timestamp', '2026-02-30T12:00:00Z'], ['event_timestamp', '2026-01-31'], ['event_timestamp', 1706702400], ['ip_address', '256.1.1.1'], ['ip_address', 'fe80::1%eth0'], ['ip_address', 'localhost'],
  ['operator', 'UNKNOWN_SN'], ['game_odds', 0.99], ['game_odds', '2.5'], ['game_odds', Infinity], ['game_type', 'sports'], ['device_type', 'PHONE'], ['player_id', ''], ['player_id', 'x'.repeat(101)],
  ['player_id', 12], ['player_id', 'a\u0000b'], ['player_id', '\ud800'], ['player_phone', '1'.repeat(51)], ['session_id', 'x'.repeat(101)], ['user_agent', 'x'.repeat(501)], ['external_event_id', 'x'.repeat(101)],
  ['player_phone', null], ['balance_before', -5],
])('%s %j is refused by name', (field, value) => {
  expect(accept(flat({ [field]: value }))).toBeNull();
  const [message] = messages(flat({ [field]: value }));
  expect(message).toContain(`${field} must be`);
  expect(messages(flat({ [field]: value }), 'fr')[0]).toContain(`${field} doit être`);
});

test('lengths are counted in characters, not in halves of them', () => {
  expect(accept(flat({ player_id: '😀'.repeat(100) }))).not.toBeNull();
});

test.each([
  ['2001:DB8:0::1', '2001:db8::1'],
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['41.138.45.22', '41.138.45.22'],
])('IP address %s is taken, and kept as %s', (ip_address, kept) => {
  expect(accept(flat({ ip_address }))?.ip_address).toBe(kept);
  expect(accept(grouped('metadata', { ip_address }))?.ip_address).toBe(kept);
});

test('fields that nobody knows are refused with their path', () => {
  expect(messages({ ...CURL_EXAMPLE, amout: 1 })).toEqual(['amout is not a known field']);
  expect(messages(grouped('player', { nick: 'x' }))).toEqual(['player.nick is not a known field']);
  expect(messages({ ...GROUPED_EXAMPLE, amount: 1 })).toEqual(['amount is not a known field']);
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('the key %s is an unknown field at every level', (key) => {
  const evil = (inner: object) => JSON.parse(JSON.stringify(inner).replace(/\}$/, `,"${key}":{"polluted":true}}`)) as unknown;
  expect(messages(evil(CURL_EXAMPLE))).toEqual([`${key} is not a known field`]);
  expect(accept(evil(GROUPED_EXAMPLE))).toBeNull();
  expect(messages({ ...GROUPED_EXAMPLE, player: evil(GROUPED_EXAMPLE.player) })).toEqual([`player.${key} is not a known field`]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('what is missing is told with its path, all at once', () => {
  expect(messages({})).toEqual(expect.arrayContaining(['player_id is required', 'event_type is required', 'amount is required', 'external_event_id is required']));
  expect(messages({ event: {}, player: {} })).toEqual(expect.arrayContaining(['event_id is required', 'player.id is required', 'event.type is required']));
  expect(messages({ ...GROUPED_EXAMPLE, player: undefined })).toEqual([expect.stringContaining('player')]);
});

test.each([null, 1, 'text', [], [CURL_EXAMPLE]])('a body of %j is no event', (body) => {
  expect(accept(body)).toBeNull();
  expect(messages(body).length).toBeGreaterThan(0);
});

test('an hour ahead is taken, more is not', () => {
  expect(accept(flat({ event_timestamp: '2026-11-21T13:00:00Z' }))).not.toBeNull();
  expect(messages(flat({ event_timestamp: '2026-11-21T13:00:01Z' }))).toEqual(['event_timestamp is more than one hour in the future: "2026-11-21T13:00:01Z"']);
  expect(messages(grouped('event', { timestamp: '2099-01-01T00:00:00Z' }), 'fr')[0]).toContain('dans le futur');
});

test('two names of one field may not say different things', () => {
  expect(accept(flat({ event_id: 'evt-123' }))).not.toBeNull();
  expect(messages(flat({ event_id: 'other' }))).toEqual(['event_id contradicts external_event_id, got "other"']);
  expect(messages(flat({ balance_before: 1, event_balance_before: 2 }))).toEqual(['balance_before contradicts event_balance_before, got 1']);
});

test('what a message shows of a value is bounded', () => {
  const [message = ''] = messages(flat({ player_id: 'x'.repeat(100_000) }));
  expect(message.length).toBeLessThan(300);
  expect(messages(flat({ ['k'.repeat(100_000)]: 1 })).join().length).toBeLessThan(300);
});

test('a quick refusal and its explanation never disagree', () => {
  for (const body of [CURL_EXAMPLE, GROUPED_EXAMPLE]) expect(messages(body)).toEqual([]);
});
