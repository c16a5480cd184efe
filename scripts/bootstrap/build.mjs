import { join } from 'node:path';
import { quietly, ROOT, say } from './say.mjs';

/** Builds what changed; nothing is asked of or told to anyone outside. */
export function build() {
  const began = Date.now();
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' };
  const output = quietly(join(ROOT, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only', '--ui=stream'], { env });
  if (!output.includes('FULL TURBO')) say(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
