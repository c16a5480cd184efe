import { transformSync } from '@swc/core';

/** TypeScript with imports to what `new Function` can run. */
export function stripTypeScriptTypes(source: string): string {
  return transformSync(source, { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }).code;
}
