import { parseRule } from './parse-rule';
import type { RuleDefinition } from './rule';

/** Declares a built-in rule; checked like a company's own. @throws {TypeError} with every fault. */
export function defineRule<const R extends RuleDefinition>(definition: R): R {
  const parsed = parseRule(definition);
  if (!parsed.ok) throw new TypeError(`rule ${definition.id}: ${parsed.errors.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  return definition;
}
