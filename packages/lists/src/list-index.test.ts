import type { ListEntryRecord, ListKind, ListName } from '@stakewatch/contracts';
import { listEntryKey, ListIndex, type ListSubject } from './list-index';
import { normalForm } from './normal-form';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const subject: ListSubject = {
  accounts: [
    { role: 'origin', bankCode: '001', accountNumber: '9876543210' },
    { role: 'destination', bankCode: '002', accountNumber: '0123 456 789' },
  ],
  email: 'Jane.Doe+shop@Example.com',
  name: 'Jane Doe',
  ip: '203.0.113.9',
};

function entry(list: ListName, kind: ListKind, value: string, more: Partial<ListEntryRecord> = {}): ListEntryRecord {
  return { companyId: 'acme', list, kind, value, distance: 0, reason: 'r', author: 'a', expiresAt: null, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', ...more };
}

function indexOf(...entries: ListEntryRecord[]): ListIndex {
  const index = new ListIndex();
  for (const each of entries) index.put(listEntryKey(each), each);
  return index;
}

test.each<[ListKind, string, string]>([
  ['account', '001:9876543210', 'origin account'],
  ['account', '002:0123-456-789', 'destination account'],
  ['account', '*:0123456789', 'destination account'],
  ['bank', '002', 'destination bank'],
  ['email', 'jane.doe@example.com', 'customer e-mail'],
  ['email', '@EXAMPLE.com', 'customer e-mail'],
  ['name', 'DOE Jane', 'customer name'],
  ['ip', '203.0.113.0/24', 'IP address'],
  ['ip', '::ffff:203.0.113.9', 'IP address'],
])('%s %s meets the %s', (kind, value, what) => {
  expect(indexOf(entry('black', kind, value)).match(subject, NOW).black).toMatchObject([{ what, distance: 0 }]);
  expect(indexOf(entry('white', kind, value)).match(subject, NOW)).toMatchObject({ black: [], white: [{ what }] });
});

test.each<[ListKind, string]>([
  ['account', '001:0123456789'],
  ['account', '*:987654321'],
  ['bank', '003'],
  ['email', 'jane@example.com'],
  ['email', '@ample.com'],
  ['name', 'Jane Dow'],
  ['ip', '203.0.114.0/24'],
])('%s %s meets nothing', (kind, value) => expect(indexOf(entry('black', kind, value)).match(subject, NOW).black).toEqual([]));

test('an entry counts until it expires, to the millisecond', () => {
  const index = indexOf(entry('black', 'bank', '001', { expiresAt: new Date(NOW).toISOString() }));
  expect(index.match(subject, NOW - 1).black).toHaveLength(1);
  expect(index.match(subject, NOW).black).toEqual([]);
});

test('spellings of one value are one entry, and removing it removes it', () => {
  const [a, b] = [entry('black', 'name', 'Jané DOE'), entry('black', 'name', 'doe, jane')];
  expect(listEntryKey(a)).toBe(listEntryKey(b));
  const index = indexOf(a, b);
  expect(index.size).toBe(1);
  index.remove(listEntryKey(a));
  expect(index.match(subject, NOW).black).toEqual([]);
});

test.each<[ListKind, string]>([
  ['account', '9876543210'],
  ['account', '001:'],
  ['email', 'nobody'],
  ['email', '@'],
  ['email', 'a b@example.com'],
  ['name', '—'],
  ['ip', '10.0.0.0/64'],
  ['bank', ' '],
])('%s %j is refused', (kind, value) => expect(normalForm(kind, value)).toMatchObject({ ok: false }));

test('Gmail ignores dots, others do not', () => {
  expect(normalForm('email', 'J.Doe+x@googlemail.com')).toEqual({ ok: true, normal: 'jdoe@gmail.com' });
  expect(normalForm('email', 'J.Doe@Exämple.com')).toEqual({ ok: true, normal: 'j.doe@xn--exmple-cua.com' });
});
