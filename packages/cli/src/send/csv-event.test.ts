import { csvEvent } from './csv-event';

const plain = (record: Record<string, string>): unknown => JSON.parse(JSON.stringify(csvEvent(record)));

test('flat columns stay flat, numbers become numbers, empty cells are absent', () => {
  expect(plain({ external_event_id: '007', player_id: '42', amount: '5000', game_odds: '2.5', currency: 'XOF', player_phone: '' })).toEqual({ external_event_id: '007', player_id: '42', amount: 5000, game_odds: 2.5, currency: 'XOF' });
});

test('dotted columns make groups', () => {
  expect(plain({ event_id: 'e', 'player.id': 'p', 'event.amount': '1', 'event.type': 'DEPOSIT' })).toEqual({ event_id: 'e', player: { id: 'p' }, event: { amount: 1, type: 'DEPOSIT' } });
});

test.each(['9007199254740993', '1,000', '0x10', ' ', '1e400', '007'])('an amount of %p is never turned into another number', (amount) => {
  expect(plain({ amount })).toEqual({ amount });
});

test("no column can reach an object's prototype", () => {
  const event = csvEvent({ '__proto__.polluted': '1', 'constructor.x': '1' });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.getPrototypeOf(event)).toBe(null);
});
