import { ListEntryRecord, TOPICS } from '@stakewatch/contracts';
import { MemoryLog } from '@stakewatch/runtime';
import { ControlRefused } from './decision';
import { ListBook } from './list-book';
import { MAX_LIST_ENTRIES, putListEntry } from './lists';

const NOW = new Date('2026-11-21T12:00:00Z');
const jane = { companyId: 'acme', list: 'black', kind: 'name', value: 'Jane Doe' } as const;

async function bookOf() {
  const log = new MemoryLog(1);
  const table = await log.table('lists', ListEntryRecord);
  return { log, book: new ListBook(table, await log.producer(), () => NOW) };
}

test('an entry is put, found by any spelling, changed, and deleted', async () => {
  const { book } = await bookOf();
  expect(await book.put(jane, { author: 'a', reason: 'fraud' })).toMatchObject({ changed: true, record: { distance: 1, expiresAt: null, createdAt: NOW.toISOString() } });
  expect(book.find({ ...jane, value: 'DOE, jane' })?.reason).toBe('fraud');
  expect(await book.put(jane, { author: 'a', reason: 'fraud' })).toMatchObject({ changed: false });
  expect(await book.put({ ...jane, value: 'doe jane' }, { author: 'b', distance: 0, expiresAt: '2027-01-01T00:00:00+01:00' })).toMatchObject({ changed: true, record: { expiresAt: '2026-12-31T23:00:00.000Z', createdAt: NOW.toISOString() } });
  expect(book.page('acme', { limit: 10, after: null }).items).toHaveLength(1);
  await book.delete(jane);
  expect(book.page('acme', { limit: 10, after: null }).items).toEqual([]);
  await expect(book.delete(jane)).rejects.toThrow(ControlRefused);
});

test('pages hold every entry once, of this company alone', async () => {
  const { book } = await bookOf();
  for (const value of ['001', '002', '003', '004', '005']) await book.put({ companyId: 'acme', list: 'white', kind: 'bank', value }, { author: 'a' });
  await book.put({ companyId: 'globex', list: 'white', kind: 'bank', value: '009' }, { author: 'a' });
  await book.put(jane, { author: 'a' });
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const page = book.page('acme', { list: 'white', limit: 2, after });
    seen.push(...page.items.map(({ value }) => value));
    after = page.next;
  }
  expect(seen).toEqual(['001', '002', '003', '004', '005']);
});

test.each([
  [{ ...jane, list: 'grey' }, {}, 'list'],
  [{ ...jane, kind: 'shoe' }, {}, 'kind'],
  [{ ...jane, kind: 'ip', value: 'x' }, {}, 'value'],
  [jane, { distance: 3 }, 'distance'],
  [{ ...jane, kind: 'bank', value: '1' }, { distance: 1 }, 'distance'],
  [jane, { expiresAt: '2026-02-30T00:00:00Z' }, 'expires_at'],
  [jane, { expiresAt: 'tomorrow' }, 'expires_at'],
  [jane, { reason: 'x'.repeat(501) }, 'reason'],
])('%j with %j is refused at %s', (name, terms, path) => {
  expect(putListEntry(undefined, name as never, { author: 'a', ...terms }, 0, NOW)).toMatchObject({ kind: 'refused', refusal: { errors: [{ path }] } });
});

test('a full list takes changes and no new entries', () => {
  expect(putListEntry(undefined, jane, { author: 'a' }, MAX_LIST_ENTRIES, NOW)).toMatchObject({ kind: 'refused', refusal: { code: 'conflict' } });
  const current = { ...jane, distance: 1, reason: '', author: 'a', expiresAt: null, createdAt: NOW.toISOString(), updatedAt: NOW.toISOString() };
  expect(putListEntry(current, jane, { author: 'a', reason: 'new' }, MAX_LIST_ENTRIES, NOW).kind).toBe('write');
});

test('an import takes each row by itself, and the same file again changes nothing', async () => {
  const { log, book } = await bookOf();
  const rows = [
    { line: 2, fields: { list: 'black', kind: 'email', value: 'x@example.com', reason: 'r', expires_at: '2027-01-01T00:00:00Z' } },
    { line: 3, fields: { list: 'black', kind: 'ip', value: 'nowhere' } },
    { line: 4, fields: { list: 'white', kind: 'name', value: 'Jane Doe', distance: '0', author: 'ops' } },
    { line: 5, fields: { list: 'white', kind: 'name', value: 'doe jane', distance: '0', author: 'ops' } },
  ];
  expect(await book.import('acme', rows, 'cli')).toMatchObject({ imported: 3, unchanged: 0, failed: 1, errors: [{ line: 3, message: expect.stringContaining('value') }] });
  expect(book.find({ ...jane, list: 'white' })).toMatchObject({ author: 'ops', value: 'doe jane' });
  const written = log.records(TOPICS.lists.name).length;
  expect(await book.import('acme', [rows[0] as never, rows[3] as never], 'cli')).toMatchObject({ imported: 0, unchanged: 2 });
  expect(log.records(TOPICS.lists.name)).toHaveLength(written);
});

test('a row with half a character is refused: its key would be read back as another one', async () => {
  const { log, book } = await bookOf();
  const half = '\ud83d';
  const rows = [
    { line: 2, fields: { list: 'black', kind: 'name', value: `Jane ${half}` } },
    { line: 3, fields: { list: 'black', kind: 'name', value: 'Jane', reason: half } },
  ];
  expect(await book.import('acme', rows, 'cli')).toMatchObject({ imported: 0, failed: 2, errors: [{ line: 2, message: expect.stringMatching(/^value has half a surrogate pair/) }, { line: 3, message: expect.stringMatching(/^reason has half/) }] });
  expect(log.records(TOPICS.lists.name)).toEqual([]);
});
