import { Type } from 'avsc';

export interface SchemaProblem {
  readonly schema: string;
  /** Released version that the schema does not go with. */
  readonly version: string;
  /** backward: the schema can't read what that version wrote; forward: that version can't read what the schema writes. */
  readonly direction: 'backward' | 'forward';
  readonly message: string;
}

/**
 * Checks a schema against every version released before it, both ways: services are rolled one by one, so old readers meet new records
 * and new readers old ones.
 */
export function problemsOf(schema: string, current: string, released: ReadonlyMap<string, string>): SchemaProblem[] {
  const now = Type.forSchema(JSON.parse(current));
  const problems: SchemaProblem[] = [];
  for (const [version, text] of released) {
    const then = Type.forSchema(JSON.parse(text));
    const backward = readFault(now, then);
    const forward = readFault(then, now);
    if (backward !== null) problems.push({ schema, version, direction: 'backward', message: backward });
    if (forward !== null) problems.push({ schema, version, direction: 'forward', message: forward });
  }
  return problems;
}

function readFault(reader: Type, writer: Type): string | null {
  try {
    reader.createResolver(writer);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
