import type { Static, TSchema } from '@sinclair/typebox';
import { type FieldError, HALF_PAIR_FAULT, halfPairIn } from '@stakewatch/contracts';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { type Decision, refuse, write } from './decision';

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
addFormats.default(ajv);
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** Every fault of `value` against `schema`, each naming its field; empty when it fits. */
export function faultsOf(schema: TSchema, value: unknown): FieldError[] {
  let validate = compiled.get(schema);
  if (!validate) compiled.set(schema, (validate = ajv.compile(schema)));
  if (validate(value)) return [];
  const seen = new Map<string, ErrorObject>();
  for (const error of validate.errors ?? []) {
    const path = pathOf(error);
    const before = seen.get(path);
    // Each branch of a union complains first, and of values each names its own alone: the union names them all.
    if (before === undefined || (before.keyword === 'const' && error.keyword === 'anyOf')) seen.set(path, error);
  }
  return [...seen].map(([path, error]) => ({ path, message: describe(error), code: CODES[error.keyword] ?? 'malformed', ...allowedBy(error) }));
}

/** Writes `record` when it fits its schema and can be read by everyone; else refuses, naming each field at fault. */
export function writeChecked<S extends TSchema>(schema: S, record: Static<S>, more: readonly FieldError[] = []): Decision<Static<S>> {
  const halfPair = halfPairIn(record);
  const errors = [...faultsOf(schema, record), ...more, ...(halfPair === null ? [] : [{ path: halfPair, message: HALF_PAIR_FAULT }])];
  return errors.length === 0 ? write(record) : refuseFields(errors);
}

/** @param subject whose fields they are, where the caller may have named several */
export function refuseFields(errors: readonly FieldError[], subject = '') {
  const { kind, refusal } = refuse('invalid', `${subject === '' ? '' : `${subject}: `}${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}`, errors);
  return { kind, refusal: { ...refusal, fields: { subject } } };
}

function pathOf({ instancePath, keyword, params }: ErrorObject): string {
  const own = keyword === 'required' ? (params as { missingProperty: string }).missingProperty : keyword === 'additionalProperties' ? (params as { additionalProperty: string }).additionalProperty : '';
  return [...instancePath.split('/').slice(1), ...(own === '' ? [] : [own])].join('.') || '(whole)';
}

const SHOWN_CHARACTERS = 40;

/** What is wrong with a value, in words, with the value itself, cut where it is long. */
function describe({ keyword, message, params, parentSchema, data }: ErrorObject): string {
  const say = DESCRIPTIONS[keyword];
  const text = say ? say(params as Params, (parentSchema ?? {}) as ParentSchema, data) : (message ?? 'is not valid');
  return typeof data === 'string' || typeof data === 'number' ? `${text} (given: ${shown(data)})` : text;
}

interface Params {
  readonly limit: number;
  readonly i: number;
  readonly allowedValue: unknown;
}
interface ParentSchema {
  readonly description?: string;
  readonly pattern?: string;
  readonly anyOf?: readonly { readonly const?: unknown; readonly type?: string }[];
}

const DESCRIPTIONS: Readonly<Partial<Record<string, (params: Params, schema: ParentSchema, data: unknown) => string>>> = {
  required: () => 'is missing',
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
  additionalProperties: () => 'is not known',
  pattern: (_params, { description, pattern }) => (description ? `must be ${description}` : `must match ${pattern}`),
  minLength: ({ limit }) => (limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`),
  maxLength: ({ limit }, _schema, data) => `must have at most ${limit} characters, and has ${[...String(data)].length}`,
  minimum: ({ limit }) => `must be at least ${limit}`,
  maximum: ({ limit }) => `must be at most ${limit}`,
  minItems: ({ limit }) => (limit === 1 ? 'must not be empty' : `must be at least ${limit}`),
  maxItems: ({ limit }) => `must be at most ${limit}`,
  uniqueItems: ({ i }, _schema, data) => `must not name one twice, and names ${shown((data as unknown[])[i])} again`,
  anyOf: (_params, { anyOf = [] }) => `must be ${anyOf.map(({ const: value, type }) => (value === undefined ? (type ?? 'another form') : JSON.stringify(value))).join(' or ')}`,
};

const CODES: Readonly<Partial<Record<string, string>>> = {
  ...{ required: 'missing', additionalProperties: 'unknown', type: 'wrong_type', const: 'not_allowed', enum: 'not_allowed', anyOf: 'not_allowed', uniqueItems: 'repeated' },
  ...{ minimum: 'out_of_range', maximum: 'out_of_range', minLength: 'out_of_range', maxLength: 'out_of_range', minItems: 'out_of_range', maxItems: 'out_of_range' },
};
/** What the schema says of a value, as far as it is told of a fault. */
const TOLD = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern', 'format'] as const;

/** What the value may be, as data: the values there are, else the part of the schema that it breaks. */
function allowedBy({ keyword, params, parentSchema }: ErrorObject): Pick<FieldError, 'allowed'> {
  const schema = (parentSchema ?? {}) as ParentSchema & Readonly<Record<string, unknown>>;
  if (keyword === 'const') return { allowed: [(params as Params).allowedValue] };
  if (keyword === 'anyOf') return { allowed: (schema.anyOf ?? []).map(({ const: value, type }) => (value === undefined ? { type } : value)) };
  const told = TOLD.filter((name) => schema[name] !== undefined && (keyword === 'pattern' || keyword === 'format') === (name === 'pattern' || name === 'format'));
  return CODES[keyword] === 'out_of_range' || keyword === 'pattern' || keyword === 'format' ? { allowed: Object.fromEntries(told.map((name) => [name, schema[name]])) } : {};
}

/** The value as JSON, so that blanks at its ends and what cannot be seen are. */
function shown(value: unknown): string {
  const characters = [...String(value)];
  return characters.length <= SHOWN_CHARACTERS ? JSON.stringify(value) : `${JSON.stringify(characters.slice(0, SHOWN_CHARACTERS).join(''))}…`;
}
