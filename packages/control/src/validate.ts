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
  const seen = new Map<string, string>();
  for (const error of validate.errors ?? []) {
    const path = pathOf(error);
    if (!seen.has(path)) seen.set(path, describe(error));
  }
  return [...seen].map(([path, message]) => ({ path, message }));
}

/** Writes `record` when it fits its schema and can be read by everyone; else refuses, naming each field at fault. */
export function writeChecked<S extends TSchema>(schema: S, record: Static<S>, more: readonly FieldError[] = []): Decision<Static<S>> {
  const halfPair = halfPairIn(record);
  const errors = [...faultsOf(schema, record), ...more, ...(halfPair === null ? [] : [{ path: halfPair, message: HALF_PAIR_FAULT }])];
  return errors.length === 0 ? write(record) : refuseFields(errors);
}

export function refuseFields(errors: readonly FieldError[]) {
  return refuse('invalid', errors.map(({ path, message }) => `${path} ${message}`).join('; '), errors);
}

function pathOf({ instancePath, keyword, params }: ErrorObject): string {
  const own = keyword === 'required' ? (params as { missingProperty: string }).missingProperty : keyword === 'additionalProperties' ? (params as { additionalProperty: string }).additionalProperty : '';
  return [...instancePath.split('/').slice(1), ...(own === '' ? [] : [own])].join('.') || '(whole)';
}

function describe({ keyword, message, params, parentSchema }: ErrorObject): string {
  if (keyword === 'required') return 'is missing';
  if (keyword === 'additionalProperties') return 'is not known';
  if (keyword === 'pattern' && typeof parentSchema?.['description'] === 'string') return `must be ${parentSchema['description']}`;
  if (keyword === 'const') return `must be ${JSON.stringify((params as { allowedValue: unknown }).allowedValue)} or another documented value`;
  return message ?? 'is not valid';
}
