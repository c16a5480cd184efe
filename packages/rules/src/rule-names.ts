const NAME = /^[a-z][A-Za-z0-9_]{0,39}$/;
/** Names that a condition reads otherwise. */
const RESERVED = new Set(['event', 'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while', 'int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'type', 'dyn', 'size', 'has', 'timestamp', 'duration', 'optional', 'constructor', 'toString', 'valueOf']);

/** Why a fact or setting cannot be named so; null when it can. */
export function nameFault(name: string): string | null {
  if (!NAME.test(name)) return 'must be named by letters, digits or _, a lower-case letter first, at most 40';
  return RESERVED.has(name) ? `cannot be named ${name}: conditions read it otherwise` : null;
}
