import { table } from './output';

test('columns are aligned, empty cells are dashes, headings are words', () => {
  expect(table([{ id: 'acme', requestsPerMinute: 1000 }, { id: 'a', requestsPerMinute: null }], ['id', 'requestsPerMinute'])).toBe('ID    REQUESTS PER MINUTE\nacme  1000\na     -');
});

test("control characters don't reach the terminal", () => {
  expect(table([{ name: 'a\u001b[2Jb\nc' }], ['name'])).toBe('NAME\na [2Jb c');
});
