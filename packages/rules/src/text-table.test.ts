import fc from 'fast-check';
import { StatePages } from './state-pages';
import { TextTable } from './text-table';

const all = (table: TextTable, bytes: Buffer): number => table.find(bytes, 0, bytes.length);

/** What Timeline does with a text: the number it has, or a new one. */
function numberOf(table: TextTable, text: string): number {
  const bytes = Buffer.from(`-${text}-`);
  const known = table.find(bytes, 1, bytes.length - 1);
  return known >= 0 ? known : table.add(bytes, 1, bytes.length - 1);
}

test('numbers texts as a map does, few or many, short or long, whatever lay in its memory before', () => {
  const text = fc.oneof(fc.nat(400).map(String), fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ maxLength: 400 }));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), fc.boolean(), (texts, shared) => {
      const pages = new StatePages();
      if (shared) littered(pages);
      const table = new TextTable(pages);
      table.begin(Buffer.from('key'), 3);
      const known = new Map([['', 0]]);
      for (const each of texts) {
        // What UTF-8 cannot say is never asked for: texts come as bytes.
        const given = Buffer.from(each).toString();
        const expected = known.get(given) ?? known.size;
        known.set(given, expected);
        expect(numberOf(table, given)).toBe(expected);
      }
      for (const [each, id] of known) expect([table.text(id), all(table, Buffer.from(each))]).toEqual([each, id]);
      expect(all(table, Buffer.from('none of them: \u0000'))).toBe(-1);
      const { bytes, from, to } = table.keyPlace();
      expect([bytes.toString('utf8', from, to), table.size]).toEqual(['key', known.size]);
      table.release();
    }),
    { numRuns: 100 },
  );
});

test('finds its texts again when a record stood for it meanwhile', () => {
  const pages = new StatePages();
  const table = new TextTable(pages);
  table.begin(Buffer.from('key'), 3);
  const words = new Int32Array(16);
  for (let text = 0; text < 5_000; text += 1) {
    expect(numberOf(table, `text ${text}`)).toBe(text + 1);
    table.store(words, 0);
    table.load(words, 0);
  }
  for (let text = 0; text < 5_000; text += 1) expect(numberOf(table, `text ${text}`)).toBe(text + 1);
  table.release();
  expect(pages.bytes).toBe(0);
});

test('has a number for as many texts as 16 bits can name, and says so when there is none left', () => {
  const table = new TextTable();
  const bytes = Buffer.alloc(4);
  for (let text = 1; text < 65_536; text += 1) {
    bytes.writeUInt32BE(text);
    table.add(bytes, 0, 4);
  }
  bytes.writeUInt32BE(65_535);
  expect(all(table, bytes)).toBe(65_535);
  bytes.writeUInt32BE(65_536);
  expect(() => table.add(bytes, 0, 4)).toThrow(/more texts than have a number/);
});

/** Leaves blocks behind that are full of what was in them. */
function littered(pages: StatePages): void {
  const tables = Array.from({ length: 20 }, () => new TextTable(pages));
  for (const table of tables) {
    table.begin(Buffer.from('other'), 5);
    for (let text = 0; text < 300; text += 1) numberOf(table, `\uffff${text}`);
  }
  for (const table of tables.slice(1)) table.release();
}
