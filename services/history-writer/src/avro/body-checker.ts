/**
 * Checks that bytes are exactly one value of a schema, by stepping over it, without making any value. Raw bodies are put one
 * after the other into an Avro block; one body that is too short or too long would shift all that follow, so each is measured.
 */
export interface BodyChecker {
  /** True when body[start, end) is one whole value. */
  fits(body: Buffer, start: number, end: number): boolean;
}

/** Returns the place after the value, or -1. Never reads at or beyond `end`. */
type Step = (body: Buffer, at: number, end: number) => number;

type Schema = string | readonly Schema[] | { readonly type: Schema; readonly [key: string]: unknown };

/** @throws {Error} for a schema that uses what Avro does not have. */
export function bodyChecker(schemaText: string): BodyChecker {
  const step = compile(JSON.parse(schemaText) as Schema, new Map());
  return { fits: (body, start, end) => step(body, start, end) === end };
}

/** The last varint read, when it fits in 32 bits; else out of the range of any length, index or symbol. */
let last = 0;

function skipLong(body: Buffer, at: number, end: number): number {
  let value = 0;
  for (let i = 0; i < 10; i += 1) {
    if (at >= end) return -1;
    const byte = body[at] as number;
    at += 1;
    if (i < 4) value |= (byte & 127) << (7 * i);
    if (byte < 128) {
      last = i < 4 ? (value >>> 1) ^ -(value & 1) : i === 4 && byte < 16 ? longTail(value, byte) : Number.MAX_SAFE_INTEGER;
      return at;
    }
  }
  return -1;
}

function longTail(value: number, byte: number): number {
  const whole = (value >>> 0) + byte * 0x10000000;
  return whole % 2 === 0 ? whole / 2 : -(whole + 1) / 2;
}

const skipNothing: Step = (_, at) => at;
const skipBoolean: Step = (body, at, end) => (at < end && (body[at] as number) <= 1 ? at + 1 : -1);
const skipBytes: Step = (body, at, end) => {
  const from = skipLong(body, at, end);
  return from < 0 || last < 0 || last > end - from ? -1 : from + last;
};

function skipFixed(size: number): Step {
  return (_, at, end) => (size <= end - at ? at + size : -1);
}

const PRIMITIVES: Readonly<Record<string, Step>> = {
  null: skipNothing,
  boolean: skipBoolean,
  int: skipLong,
  long: skipLong,
  float: skipFixed(4),
  double: skipFixed(8),
  bytes: skipBytes,
  string: skipBytes,
};

function compile(schema: Schema, named: Map<string, Step>): Step {
  if (typeof schema === 'string') {
    const known = PRIMITIVES[schema] ?? named.get(schema);
    if (!known) throw new Error(`unknown Avro type ${schema}`);
    return known;
  }
  if (Array.isArray(schema)) return skipUnion(schema.map((branch: Schema) => compile(branch, named)));
  const type = schema as { readonly type: Schema; readonly [key: string]: unknown };
  switch (type.type) {
    case 'record':
      return compileRecord(type as never, named);
    case 'enum':
      return name(type, named, skipEnum((type.symbols as string[]).length));
    case 'fixed':
      return name(type, named, skipFixed(type.size as number));
    case 'array':
      return skipBlocks(compile(type.items as Schema, named));
    case 'map':
      return skipBlocks(inTurn([skipBytes, compile(type.values as Schema, named)]));
    default:
      return compile(type.type, named);
  }
}

function compileRecord(record: { name: string; fields: readonly { type: Schema }[] }, named: Map<string, Step>): Step {
  // Named before its fields are compiled: a record may hold itself.
  let step: Step = skipNothing;
  named.set(record.name, (body, at, end) => step(body, at, end));
  step = inTurn(record.fields.map(({ type }) => compile(type, named)));
  return step;
}

function name(type: { readonly [key: string]: unknown }, named: Map<string, Step>, step: Step): Step {
  named.set(type.name as string, step);
  return step;
}

function inTurn(steps: readonly Step[]): Step {
  return (body, at, end) => {
    for (let i = 0; i < steps.length && at >= 0; i += 1) at = (steps[i] as Step)(body, at, end);
    return at;
  };
}

function skipUnion(branches: readonly Step[]): Step {
  return (body, at, end) => {
    const from = skipLong(body, at, end);
    const branch = from < 0 ? undefined : branches[last];
    return branch === undefined ? -1 : branch(body, from, end);
  };
}

function skipEnum(symbols: number): Step {
  return (body, at, end) => {
    const from = skipLong(body, at, end);
    return from < 0 || last < 0 || last >= symbols ? -1 : from;
  };
}

/** Arrays and maps: blocks of items, each with its count (negative: a byte size follows), ended by a count of 0. */
function skipBlocks(item: Step): Step {
  return (body, at, end) => {
    for (;;) {
      at = skipLong(body, at, end);
      if (at < 0 || last === 0) return at;
      let count = last;
      if (count < 0) {
        count = -count;
        at = skipLong(body, at, end);
      }
      if (count > end) return -1;
      for (; count > 0 && at >= 0; count -= 1) at = item(body, at, end);
      if (at < 0) return -1;
    }
  };
}
