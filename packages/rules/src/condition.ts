import { Environment } from '@marcbachmann/cel-js';
import { EVENT_VARIABLES } from './fact-vocabulary';
import { type ConditionNode, type ConditionValues, plainCondition } from './plain-condition';
import type { SettingType } from './settings';

/** The event at hand as a condition sees it: only the fields that the condition names are filled in. */
export class EventView {
  [field: string]: number | string;
}

export interface Condition {
  /** On values by name. @throws when the expression fails on them. */
  holds(context: object): boolean;
  /** The same, bound to where its values come from: nothing is looked up by name when it is evaluated. @throws as `holds`. */
  bind(values: ConditionValues): () => boolean;
  /** Fields of `event` that it reads. */
  readonly eventFields: readonly string[];
  /** Evaluated without cel-js; see plainCondition. */
  readonly isPlain: boolean;
}

export interface ConditionFault {
  readonly message: string;
  /** Character positions in the expression; null when the fault has none. */
  readonly start: number | null;
  readonly end: number | null;
}

export type ConditionResult = { readonly ok: true; readonly condition: Condition } | { readonly ok: false; readonly fault: ConditionFault };

/** Limits of an expression, so that no rule can hold up the stream. */
export const MAX_CONDITION_LENGTH = 2_000;
const LIMITS = { maxAstNodes: 256, maxDepth: 24, maxListElements: 100, maxMapEntries: 50, maxCallArguments: 8 };
/** Nodes evaluated at most, a loop's body counted for each of the most elements that a list can have. */
const MAX_STEPS = 5_000;
/** Regular expressions can take exponential time; macros multiply. */
const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const REFUSED = new Map([['matches', 'matches() is not allowed: a regular expression has no bound on its cost; use startsWith, endsWith, contains or a list']]);

const EVENT_TYPES: ReadonlyMap<string, string> = new Map(EVENT_VARIABLES.map(({ name, type }) => [name, type]));

const base = arithmeticOfMixedNumbers(
  new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS }).registerType('Event', {
    ctor: EventView,
    fields: Object.fromEntries(EVENT_VARIABLES.map(({ name, type }) => [name, type])),
  }),
)
  .registerFunction('abs(double): double', (value: number) => Math.abs(value))
  .registerVariable('event', 'Event');

/** Facts and settings are doubles: lets a condition say `3 * mean` as well as `3.0 * mean`. */
export function arithmeticOfMixedNumbers(environment: Environment): Environment {
  const operators = {
    '+': (a: number, b: number) => a + b,
    '-': (a: number, b: number) => a - b,
    '*': (a: number, b: number) => a * b,
    '/': (a: number, b: number) => a / b,
    '==': (a: number, b: number) => a === b,
  };
  for (const [operator, apply] of Object.entries(operators)) {
    environment.registerOperator(`double ${operator} int`, (a: number, b: bigint) => apply(a, Number(b)));
    // Equality is registered for both orders at once.
    if (operator !== '==') environment.registerOperator(`int ${operator} double`, (a: bigint, b: number) => apply(Number(a), b));
  }
  return environment;
}

/** Parses, type-checks and plans a condition once. `variables`: facts (double) and settings by name. */
export function compileCondition(expression: string, variables: ReadonlyMap<string, SettingType>): ConditionResult {
  if (expression.length > MAX_CONDITION_LENGTH) return fault(`is longer than ${MAX_CONDITION_LENGTH} characters`);
  const environment = base.clone();
  for (const [name, type] of variables) environment.registerVariable(name, type);
  try {
    const checked = environment.check(expression);
    if (!checked.valid) return fault(summaryOf(checked.error), rangeOf(checked.error));
    if (checked.type !== 'bool') return fault(`must be true or false, not ${String(checked.type)}`, { start: 0, end: expression.length });
    const planned = environment.parse(expression);
    const eventFields = new Set<string>();
    const refusal = inspect(planned.ast, eventFields, 0);
    if (refusal) return refusal;
    if (steps(planned.ast) > MAX_STEPS) return fault(`takes more than ${MAX_STEPS} steps: loop over less, or do less in the loop`, { start: 0, end: expression.length });
    const fields = [...eventFields];
    const bindPlain = (values: ConditionValues) => plainCondition(planned.ast as ConditionNode, variables, EVENT_TYPES, values);
    const evaluate = (context: object): boolean => planned(context as Record<string, unknown>) === true;
    const plain = onContext(bindPlain);
    const condition = plain ? { holds: plain, bind: bindPlain as Condition['bind'] } : { holds: evaluate, bind: (values: ConditionValues) => bindContext(evaluate, [...variables.keys()], fields, values) };
    return { ok: true, condition: { ...condition, eventFields: fields, isPlain: plain !== null } };
  } catch (error) {
    return fault(summaryOf(error), rangeOf(error));
  }
}

/** A bound condition as one of values by name; null as `bind` gives it. */
export function onContext(bind: (values: ConditionValues) => (() => boolean) | null): Condition['holds'] | null {
  let context: Record<string, unknown> = {};
  const bound = bind({ variable: (name) => () => context[name], field: (name) => () => (context['event'] as EventView)[name] });
  if (bound === null) return null;
  return (given) => {
    context = given as Record<string, unknown>;
    return bound();
  };
}

/** The other way round: cel-js reads a context, whose variables ask where they come from, each when it is read. */
function bindContext(evaluate: (context: object) => boolean, variables: readonly string[], fields: readonly string[], values: ConditionValues): () => boolean {
  const event = new EventView();
  const context = { event };
  for (const name of variables) Object.defineProperty(context, name, { enumerable: true, get: values.variable(name) });
  const reads = fields.map((name) => [name, values.field(name) as () => number | string] as const);
  return () => {
    for (const [name, read] of reads) event[name] = read();
    return evaluate(context);
  };
}

interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly end: number;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

/** Walks the tree: notes the event's fields in use, refuses what has no bound on its cost. */
function inspect(node: Node, eventFields: Set<string>, macros: number): ConditionResult | null {
  const args = Array.isArray(node.args) ? (node.args as unknown[]) : [];
  let depth = macros;
  if (node.op === '.' && isNode(args[0]) && args[0].op === 'id' && args[0].args === 'event') eventFields.add(String(args[1]));
  if (node.op === 'call' || node.op === 'rcall') {
    const refused = REFUSED.get(String(args[0]));
    if (refused !== undefined) return fault(refused, node);
    if (MACROS.has(String(args[0]))) depth += 1;
    if (depth > 1) return fault('all, exists, map and filter cannot be nested', node);
  }
  for (const child of args.flat(2)) {
    const found = isNode(child) ? inspect(child, eventFields, depth) : null;
    if (found) return found;
  }
  return isNode(node.args) ? inspect(node.args, eventFields, depth) : null;
}

/** Nodes evaluated when every loop runs over a list of the greatest length. Loops are never nested. */
function steps(node: Node): number {
  const args = Array.isArray(node.args) ? (node.args as unknown[]).flat(2) : [node.args];
  const inside = args.reduce((sum: number, child) => sum + (isNode(child) ? steps(child) : 0), 1);
  const loops = (node.op === 'call' || node.op === 'rcall') && MACROS.has(String((node.args as unknown[])[0]));
  return loops ? inside * LIMITS.maxListElements : inside;
}

function fault(message: string, at?: { start: number; end: number } | null): ConditionResult {
  return { ok: false, fault: { message, start: at?.start ?? null, end: at?.end ?? null } };
}

function summaryOf(error: unknown): string {
  const { summary, message } = error as { summary?: string; message?: string };
  return summary ?? message ?? String(error);
}

function rangeOf(error: unknown): { start: number; end: number } | null {
  return (error as { range?: { start: number; end: number } }).range ?? null;
}
