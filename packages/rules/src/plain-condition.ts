/** A node of cel-js' syntax tree. */
export interface ConditionNode {
  readonly op: string;
  readonly args: unknown;
}

/** Where a condition's values come from, asked for when it is bound: each gives the value of the event at hand. */
export interface ConditionValues {
  /** A fact or a setting. */
  variable(name: string): () => unknown;
  /** A field of `event`. */
  field(name: string): () => unknown;
}

interface Typed {
  /** An int is a literal that its double stands for exactly; it takes part only where the other side is a double. */
  readonly type: 'double' | 'int' | 'string' | 'bool';
  readonly value: () => unknown;
}
type NumberOf = () => number;
type TruthOf = () => boolean;

const COMPARE: Readonly<Record<string, (a: NumberOf, b: NumberOf) => TruthOf>> = {
  '<': (a, b) => () => a() < b(),
  '<=': (a, b) => () => a() <= b(),
  '>': (a, b) => () => a() > b(),
  '>=': (a, b) => () => a() >= b(),
};
const CALCULATE: Readonly<Record<string, (a: NumberOf, b: NumberOf) => NumberOf>> = {
  '+': (a, b) => () => a() + b(),
  '-': (a, b) => () => a() - b(),
  '*': (a, b) => () => a() * b(),
  '/': (a, b) => () => a() / b(),
};

/**
 * A checked condition of nothing but comparisons, arithmetic of doubles, `abs`, `!`, `&&`, `||`, `?:` and `in` with a list setting or
 * a list of literals as plain functions: they cannot fail, so there is nothing of CEL's errors to keep, and cost a fifth of the walk
 * through its tree (docs/decisions/0126-plain-conditions.md). Null: it says more than that, and is for cel-js. A test holds the two
 * against each other.
 */
export function plainCondition(node: ConditionNode, types: ReadonlyMap<string, string>, eventTypes: ReadonlyMap<string, string>, values: ConditionValues): TruthOf | null {
  const typed = plain(node, { types, eventTypes, values });
  return typed?.type === 'bool' ? (typed.value as TruthOf) : null;
}

interface Names {
  readonly types: ReadonlyMap<string, string>;
  readonly eventTypes: ReadonlyMap<string, string>;
  readonly values: ConditionValues;
}

function plain(node: ConditionNode, names: Names): Typed | null {
  const { op, args } = node;
  if (op === 'value') return literal(args);
  if (op === 'id') return variable(args as string, names);
  if (op === '.') return field(args as readonly [ConditionNode, string], names);
  if (op === '!_' || op === '-_') return unary(op, plain(args as ConditionNode, names));
  if (op === 'call') return absolute(args as readonly [unknown, unknown], names);
  if (op === 'in') return membership(args as readonly [ConditionNode, ConditionNode], names);
  if (!Array.isArray(args)) return null;
  const parts = (args as readonly ConditionNode[]).map((part) => (typeof part === 'object' && part !== null && 'op' in part ? plain(part, names) : null));
  if (!areAll(parts)) return null;
  if (op === '?:') return choice(parts as unknown as [Typed, Typed, Typed]);
  return parts.length === 2 ? binary(op, parts as unknown as [Typed, Typed]) : null;
}

const areAll = (parts: readonly (Typed | null)[]): parts is readonly Typed[] => !parts.includes(null);

function literal(value: unknown): Typed | null {
  if (typeof value === 'number') return { type: 'double', value: () => value };
  if (typeof value === 'string') return { type: 'string', value: () => value };
  if (typeof value === 'boolean') return { type: 'bool', value: () => value };
  if (typeof value !== 'bigint' || !Number.isSafeInteger(Number(value))) return null;
  const number = Number(value);
  return { type: 'int', value: () => number };
}

function variable(name: string, { types, values }: Names): Typed | null {
  return known(types.get(name), () => values.variable(name));
}

function field([of, name]: readonly [ConditionNode, string], { eventTypes, values }: Names): Typed | null {
  if (of.op !== 'id' || of.args !== 'event') return null;
  return known(eventTypes.get(name), () => values.field(name));
}

function known(type: string | undefined, bind: () => Typed['value']): Typed | null {
  return type === 'double' || type === 'string' || type === 'bool' ? { type, value: bind() } : null;
}

function unary(op: string, part: Typed | null): Typed | null {
  if (op === '!_' && part?.type === 'bool') {
    const truth = part.value as TruthOf;
    return { type: 'bool', value: () => !truth() };
  }
  if (op !== '-_' || (part?.type !== 'double' && part?.type !== 'int')) return null;
  const number = part.value as NumberOf;
  return { type: part.type, value: () => -number() };
}

function absolute([name, given]: readonly [unknown, unknown], names: Names): Typed | null {
  const [argument] = Array.isArray(given) ? (given as readonly ConditionNode[]) : [];
  if (name !== 'abs' || argument === undefined) return null;
  const part = plain(argument, names);
  if (part?.type !== 'double') return null;
  const number = part.value as NumberOf;
  return { type: 'double', value: () => Math.abs(number()) };
}

type Member = number | string;
type ListOf = () => readonly Member[];
/** Lists as long as this are looked through; of longer ones a set is quicker. */
const LOOKED_THROUGH = 8;

function membership([one, list]: readonly [ConditionNode, ConditionNode], names: Names): Typed | null {
  const member = plain(one, names);
  const listed = list.op === 'list' ? literals(list.args as readonly ConditionNode[], names) : listSetting(list, names);
  if (!listed || !member || (listed.type !== 'any' && member.type !== listed.type)) return null;
  const valueOf = member.value as () => Member;
  const { of } = listed;
  let known: readonly Member[] | undefined;
  let set: ReadonlySet<Member> | undefined;
  return {
    type: 'bool',
    value: () => {
      // NaN is in no list, as CEL has it: there is no literal for it.
      const items = of();
      if (items.length <= LOOKED_THROUGH) return items.includes(valueOf());
      if (items !== known) [known, set] = [items, new Set(items)];
      return (set as ReadonlySet<Member>).has(valueOf());
    },
  };
}

/** 'any' is the type of the empty list. Null where an item is no literal, or they are ints: no double can be among those. */
function literals(items: readonly ConditionNode[], names: Names): { readonly type: Typed['type'] | 'any'; readonly of: ListOf } | null {
  const typed: readonly (Typed | null)[] = items.map((item) => (isLiteral(item) ? plain(item, names) : null));
  if (!areAll(typed)) return null;
  const type = typed[0]?.type ?? 'any';
  if (type === 'int' || type === 'bool' || typed.some((item) => item.type !== typed[0]?.type)) return null;
  const values = typed.map(({ value }) => value() as Member);
  return { type, of: () => values };
}

const isLiteral = ({ op, args }: ConditionNode): boolean => op === 'value' || (op === '-_' && (args as ConditionNode).op === 'value');

/** The list settings that there are hold texts (settings.ts). */
function listSetting(node: ConditionNode, { types, values }: Names): { readonly type: 'string'; readonly of: ListOf } | null {
  const name = node.args as string;
  return node.op === 'id' && types.get(name) === 'list<string>' ? { type: 'string', of: values.variable(name) as ListOf } : null;
}

function choice([when, then, otherwise]: readonly [Typed, Typed, Typed]): Typed | null {
  if (when.type !== 'bool' || then.type !== otherwise.type) return null;
  const truth = when.value as TruthOf;
  return { type: then.type, value: () => (truth() ? then.value() : otherwise.value()) };
}

function binary(op: string, [one, other]: readonly [Typed, Typed]): Typed | null {
  if (op === '&&' || op === '||') return both(op, one, other);
  if (op === '==' || op === '!=') return equality(op, one, other);
  const isDouble = (one.type === 'double' || one.type === 'int') && (other.type === 'double' || other.type === 'int') && !(one.type === 'int' && other.type === 'int');
  if (!isDouble) return null;
  const [a, b] = [one.value as NumberOf, other.value as NumberOf];
  if (COMPARE[op]) return { type: 'bool', value: COMPARE[op](a, b) };
  return CALCULATE[op] ? { type: 'double', value: CALCULATE[op](a, b) } : null;
}

function both(op: '&&' | '||', one: Typed, other: Typed): Typed | null {
  if (one.type !== 'bool' || other.type !== 'bool') return null;
  const [a, b] = [one.value as TruthOf, other.value as TruthOf];
  return { type: 'bool', value: op === '&&' ? () => a() && b() : () => a() || b() };
}

function equality(op: '==' | '!=', one: Typed, other: Typed): Typed | null {
  const numbers = one.type === 'double' ? other.type === 'double' || other.type === 'int' : one.type === 'int' && other.type === 'double';
  if (!numbers && !(one.type === 'string' && other.type === 'string')) return null;
  return { type: 'bool', value: op === '==' ? () => one.value() === other.value() : () => one.value() !== other.value() };
}
