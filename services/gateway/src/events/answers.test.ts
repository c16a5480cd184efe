import fc from 'fast-check';
import { acceptedOf, singleAnswer } from './answers';
import { valuesOfFlat } from './event-values';
import { isoMicros } from './timestamp';

test('an answer is the JSON of its values, whatever the id holds', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 90_071_992_547_409 }), fc.integer({ min: 0, max: 8_000_000_000_000_000 }), (id, amount, received_at) => {
      const answer = singleAnswer('u', id, { event_month: 202601, amount, currency: 'XOF', received_at });
      const data = { uuid: 'u', event_month: 202601, external_event_id: id, amount_cents: amount * 100, amount, currency: 'XOF', received_at: isoMicros(received_at) };
      expect(answer).toBe(JSON.stringify({ success: true, data }));
    }),
  );
});

test("what is remembered of an event: its own month, and the gateway's time", () => {
  const values = valuesOfFlat({ external_event_id: 'e', player_id: 'p', event_type: 'DEPOSIT', event_timestamp: '2026-02-01T00:30:00+02:00', amount: 7, currency: 'XOF' });
  values.received_at = 5;
  expect(acceptedOf(values)).toEqual({ event_month: 202601, amount: 7, currency: 'XOF', received_at: 5 });
});
