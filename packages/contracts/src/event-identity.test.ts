import fc from 'fast-check';
import { eventIdentity } from './event-identity';

const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('the same company and event id give the same uuid, for ever', () => {
  // Written down: a change of this value would make every resent event a new one.
  expect(eventIdentity('acme').uuidOf('evt-1')).toBe('f9a0eb0d-f996-8f6c-81f4-d5947b671276');
});

test('every uuid is a version 8 uuid that its company recognises', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 100 }), fc.string({ minLength: 1, maxLength: 40 }), (eventId, company) => {
      const identity = eventIdentity(company);
      const uuid = identity.uuidOf(eventId);
      return UUID_V8.test(uuid) && identity.issued(uuid) && uuid === eventIdentity(company).uuidOf(eventId);
    }),
  );
});

test("another company's uuids, other uuids and rubbish are not recognised", () => {
  const acme = eventIdentity('acme');
  const globex = eventIdentity('globex');
  for (let index = 0; index < 2000; index += 1) expect(globex.issued(acme.uuidOf(`evt-${index}`))).toBe(false);
  for (const other of ['550e8400-e29b-41d4-a716-446655440000', '', 'x'.repeat(36), acme.uuidOf('evt-1').toUpperCase(), `${acme.uuidOf('evt-1')}0`]) {
    expect(acme.issued(other)).toBe(false);
  }
});

test('changing one digit makes a uuid a stranger', () => {
  const acme = eventIdentity('acme');
  const uuid = acme.uuidOf('evt-1');
  for (let at = 0; at < 36; at += 1) {
    const digit = uuid.charAt(at);
    if (digit === '-' || at === 14) continue;
    const other = digit === '0' ? '1' : '0';
    expect(acme.issued(uuid.slice(0, at) + other + uuid.slice(at + 1))).toBe(false);
  }
});

test('ids that share characters across the border of company and event do not meet', () => {
  expect(eventIdentity('ab').uuidOf('c')).not.toBe(eventIdentity('a').uuidOf('bc'));
});
