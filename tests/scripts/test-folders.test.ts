import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..', '..');
const ME = 'test-folders.test.ts';

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : testFiles(path);
    return /\.(test|suite)\.ts$/.test(entry.name) && entry.name !== ME ? [path] : [];
  });
}

test('tests make folders by testFolder(), which takes them away again', () => {
  const files = ['packages', 'services', 'tests'].flatMap((name) => testFiles(join(ROOT, name)));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => /\b(mkdtemp|tmpdir)/.test(readFileSync(file, 'utf8')))).toEqual([]);
});
