import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/** A service's own settings (a TypeBox object) from its build: it declares them in settings.ts or config.ts, under a name that ends in "Settings". */
export function settingsOf(dist) {
  const module = ['settings.js', 'config.js'].map((name) => join(dist, name)).find(existsSync);
  const found = module && Object.entries(require(module)).find(([name, value]) => name.endsWith('Settings') && value?.type === 'object');
  if (!found) throw new Error(`${dist} declares no settings in settings.js or config.js`);
  return found[1];
}
