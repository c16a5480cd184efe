import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestFolder {
  readonly path: string;
  /** A new folder in it, for one test. */
  fresh(): string;
}

/**
 * A folder of a test file's own. Call it at the top of the file: the folder goes, with all that is in it, after the file's tests, whatever
 * came of them. Hooks run in the order in which they stand: an `afterAll` that ends what still writes into the folder stands above the call.
 */
export function testFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'stakewatch-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return { path, fresh: () => mkdtempSync(join(path, 'fresh-')) };
}
