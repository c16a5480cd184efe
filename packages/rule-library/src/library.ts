import { type RuleLibrary, type RuleService } from '@stakewatch/control';
import type { FieldError } from '@stakewatch/contracts';
import type { HasSettings } from '@stakewatch/rules';
import { BUILT_IN_RULES } from '@stakewatch/velocity-detector';
import { bonusLibrary } from './bonus';
import { transactionLibrary } from './transaction';
import { velocityLibrary } from './velocity';

const KINDS = ['velocity', 'transaction', 'bonus'] as const satisfies readonly RuleService[];
const NO_EXAMPLES: FieldError = { path: 'examples', message: 'is missing: give at least one that says on what the rule must speak or be silent' };

/** The rules of every service of this version as one library: what the gateway and the command line list, check and write. */
export function createRuleLibrary(): RuleLibrary {
  const libraries: Readonly<Record<RuleService, RuleLibrary>> = { velocity: velocityLibrary(BUILT_IN_RULES), transaction: transactionLibrary, bonus: bonusLibrary };
  const all = KINDS.map((kind) => libraries[kind]);
  const libraryOf = (definition: unknown): RuleLibrary => libraries[serviceOfDefinition(definition)];
  return {
    builtIns: all.flatMap(({ builtIns }) => builtIns),
    describe: (definition) => libraryOf(definition).describe(definition),
    check(definition) {
      const kind = kindFault(definition);
      if (kind) return { ok: false, errors: [kind] };
      const check = libraryOf(definition).check(definition);
      const faults = check.ok ? negativeFaults(definition as HasSettings) : [];
      if (faults.length > 0) return { ok: false, errors: faults };
      return check.ok && check.examples === 0 ? { ok: false, errors: [NO_EXAMPLES] } : check;
    },
    checkSettings(ruleId, settings) {
      const library = all.find(({ builtIns }) => builtIns.some(({ id }) => id === ruleId));
      return library ? library.checkSettings(ruleId, settings) : [{ path: 'ruleId', message: 'is no built-in rule' }];
    },
  };
}

/**
 * A number below 0 is mostly a slip: a rule that means it says so in `allowed`. Asked of what is put alone: rules that were put
 * before go on as they are.
 */
function negativeFaults({ settings = {}, allowed = {} }: HasSettings): FieldError[] {
  return Object.entries(settings)
    .filter(([name, value]) => !Object.hasOwn(allowed, name) && numbersIn(value).some((number) => number < 0))
    .map(([name, value]) => ({ path: `settings.${name}`, message: `must be at least 0 where the rule does not say what it may be, and is ${JSON.stringify(value)}`, code: 'out_of_range', allowed: { type: 'number', min: 0 }, help: `If it is meant, say so: "allowed": {"${name}": {"type": "number", "unit": "…", "min": -1000, "max": 1000}}.` }));
}

const numbersIn = (value: unknown): readonly number[] => (typeof value === 'number' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []);

/** Velocity rules may leave their kind out. */
export function serviceOfDefinition(definition: unknown): RuleService {
  const kind = kindOf(definition);
  return kind === 'transaction' || kind === 'bonus' ? kind : 'velocity';
}

export function kindFault(definition: unknown): FieldError | null {
  const kind = kindOf(definition);
  return kind === undefined || (KINDS as readonly unknown[]).includes(kind) ? null : { path: 'kind', message: `must be one of ${KINDS.join(', ')}` };
}

const kindOf = (definition: unknown): unknown => (typeof definition === 'object' && definition !== null && Object.hasOwn(definition, 'kind') ? (definition as { kind: unknown }).kind : undefined);
