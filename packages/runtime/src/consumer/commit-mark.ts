/**
 * Counts that are committed beside an offset, by name: what the next owner of a partition cannot find out from the log or from a
 * store that has lost it. Written as JSON. Names of commits that stand in the groups must stay as they are.
 */
export type CommitMark<Name extends string> = Readonly<Record<Name, number | null>>;

/** Undefined when there is nothing to say: every count is null. */
export function textOfMark(counts: Readonly<Record<string, number | null>>): string | undefined {
  const said = Object.entries(counts).filter(([, count]) => count !== null);
  return said.length === 0 ? undefined : JSON.stringify(Object.fromEntries(said));
}

/** Null for each count that was not committed. What was set by hand, or by another service or tool, says nothing. */
export function readMark<Name extends string>(metadata: string | null, names: readonly Name[]): CommitMark<Name> {
  const read = objectIn(metadata);
  return Object.fromEntries(names.map((name) => [name, isCount(read[name]) ? read[name] : null])) as CommitMark<Name>;
}

function objectIn(metadata: string | null): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(metadata ?? '')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
