import fc from 'fast-check';
import { DeliveryBook, type NewDelivery } from './delivery-book';

const delivery = (changes: Partial<NewDelivery> = {}): NewDelivery => ({
  id: 'msg_1',
  company: 'acme',
  verified: true,
  type: 'alert.created',
  alert_id: 'a',
  revision: 1,
  status: 'open',
  rule_id: 'deposit-burst',
  player_id: 'p',
  receivedAt: 5_000,
  eventReceivedAt: 1_000,
  ...changes,
});
const all = { limit: 1_000, after: 0, order: 'asc' } as const;

test('a message that comes again is one delivery with a count', () => {
  const book = new DeliveryBook(10);
  book.take(delivery());
  book.take(delivery({ receivedAt: 9_000 }));
  expect(book.list(all)).toMatchObject([{ id: 'msg_1', duplicates: 1, receivedAt: 5_000 }]);
  expect(book.stats()).toMatchObject({ count: 2, distinct: 1, duplicates: 1 });
});

test('companies are apart, and what is not verified hides nothing that is', () => {
  const book = new DeliveryBook(10);
  book.take(delivery());
  book.take(delivery({ company: 'globex' }));
  book.take(delivery({ verified: false }));
  expect(book.list({ ...all, company: 'acme' }).map(({ verified }) => verified)).toEqual([true, false]);
  expect(book.stats('acme')).toMatchObject({ count: 1, distinct: 1, unverified: 1 });
  expect(book.stats()).toMatchObject({ count: 2, distinct: 2, unverified: 1 });
});

test('pages by sequence, either way round', () => {
  const book = new DeliveryBook(10);
  for (let index = 0; index < 5; index += 1) book.take(delivery({ id: `m${index}` }));
  expect(book.list({ limit: 2, after: 2, order: 'asc' }).map(({ id }) => id)).toEqual(['m2', 'm3']);
  expect(book.list({ limit: 2, after: 0, order: 'desc' }).map(({ id }) => id)).toEqual(['m4', 'm3']);
});

test('keeps the newest, and still counts what it forgot', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 60 }), (keep, taken) => {
      const book = new DeliveryBook(keep);
      for (let index = 0; index < taken; index += 1) book.take(delivery({ id: `m${index}` }));
      expect(book.list(all)).toHaveLength(Math.min(keep, taken));
      expect(book.stats().distinct).toBe(taken);
    }),
  );
});

test('latency percentiles in milliseconds, of verified messages with an event time', () => {
  const book = new DeliveryBook(1_000);
  for (let ms = 1; ms <= 100; ms += 1) book.take(delivery({ id: `m${ms}`, eventReceivedAt: 0, receivedAt: ms * 1_000 }));
  book.take(delivery({ id: 'notice', eventReceivedAt: null }));
  expect(book.stats().latencyMs).toEqual({ p50: 50, p99: 99, max: 100 });
});
