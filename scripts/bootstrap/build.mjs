import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quietly, ROOT, say } from './say.mjs';

/** Builds what changed, in one run of the compiler: what workspaces share is read and checked once, not by each (docs/decisions/0146-one-run-of-the-compiler.md). */
export function build() {
  const began = Date.now();
  const projects = ['packages', 'services'].flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name))).filter((project) => existsSync(join(ROOT, project, 'tsconfig.json')));
  // The compiler believes its notes of what it has written, also when that was taken away.
  for (const project of projects) if (!existsSync(join(ROOT, project, 'dist'))) rmSync(join(ROOT, project, 'tsconfig.tsbuildinfo'), { force: true });
  const output = quietly(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', '--verbose', ...projects]);
  if (output.includes('Building project')) say(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
