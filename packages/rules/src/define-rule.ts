import { parseRule } from './parse-rule';
import type { RuleDefinition } from './rule';
import { undeclaredSettings } from './settings';

/** Declares a built-in rule; checked like a company's own, and every setting must say what it may be. @throws {TypeError} with every fault. */
export function defineRule<const R extends RuleDefinition>(definition: R): R {
  const parsed = parseRule(definition);
  const faults = [...(parsed.ok ? [] : parsed.errors), ...undeclaredSettings(definition)];
  if (faults.length > 0) throw new TypeError(`rule ${definition.id}: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  return definition;
}
