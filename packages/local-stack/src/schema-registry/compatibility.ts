import { Type } from 'avsc';
import { RegistryError } from './registry-error';

export const LEVELS = ['NONE', 'BACKWARD', 'BACKWARD_TRANSITIVE', 'FORWARD', 'FORWARD_TRANSITIVE', 'FULL', 'FULL_TRANSITIVE'] as const;
export type Level = (typeof LEVELS)[number];

/** @throws {RegistryError} 42203 */
export function parseLevel(value: unknown): Level {
  const found = LEVELS.find((level) => level === value);
  if (!found) throw new RegistryError('invalidCompatibility', `Invalid compatibility level. Valid values are ${LEVELS.join(', ')}`);
  return found;
}

/** The schema's text as it is stored and compared: valid JSON without insignificant blanks. @throws {RegistryError} 42201 when it is no Avro schema. */
export function canonicalSchema(text: unknown): string {
  try {
    const parsed = JSON.parse(String(text)) as object;
    typeOf(JSON.stringify(parsed));
    return JSON.stringify(parsed);
  } catch (error) {
    throw new RegistryError('invalidSchema', `Invalid schema: ${(error as Error).message}`);
  }
}

/**
 * Why `next` may not follow the versions before it (oldest first); empty when it may. BACKWARD: the new schema reads what the
 * old one wrote. FORWARD: the old one reads what the new one writes. FULL: both. Transitive: against all, not only the newest.
 */
export function incompatibilities(next: string, earlier: readonly string[], level: Level): readonly string[] {
  if (level === 'NONE') return [];
  const against = level.endsWith('_TRANSITIVE') ? earlier : earlier.slice(-1);
  const direction = level.replace('_TRANSITIVE', '');
  return against.flatMap((old) => [
    ...(direction === 'FORWARD' ? [] : unreadable(next, old)),
    ...(direction === 'BACKWARD' ? [] : unreadable(old, next)),
  ]);
}

function unreadable(reader: string, writer: string): readonly string[] {
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function typeOf(schema: string): Type {
  return Type.forSchema(JSON.parse(schema) as never, { wrapUnions: true });
}
