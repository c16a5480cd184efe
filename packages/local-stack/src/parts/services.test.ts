import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serviceArguments, SERVICES } from './services';

const ROOT = resolve(__dirname, '../../../..');

test.each(SERVICES.map(({ name }) => name))('%s has a start script that runs its own main.js', (name) => {
  const args = serviceArguments(ROOT, name);
  expect(args.at(-1)).toBe(join(ROOT, 'services', name, 'dist', 'main.js'));
  expect(args.slice(0, -1).filter((arg) => !arg.startsWith('--'))).toEqual([]);
  expect(existsSync(join(ROOT, 'services', name, 'src', 'main.ts'))).toBe(true);
});

test('flags of node come with it', () => {
  expect(serviceArguments(ROOT, 'velocity-detector')).toContain('--max-semi-space-size=4');
});
