import type { FieldError, Language } from '@stakewatch/contracts';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import { type EventValues, isGrouped, valuesOfFlat, valuesOfGrouped } from './event-values';
import { type KnownOperators, addEventFormats } from './formats';
import { contradicts, type Expectation, isInFuture, isRequired, mustBe, unknownEventType } from './messages';
import { nameFault, pathOf } from './schema-fault';
import { FLAT_ALIASES, FlatEvent, GroupedEvent } from './schemas';

/** Microseconds that an event may be ahead of the gateway's clock. */
const FUTURE_ALLOWANCE_MICROS = 3_600_000_000;
/** An event with more faults than this gets the first ones told. */
const MAX_FAULTS = 20;

export interface EventValidator {
  /** Values of a body in either form, or null when it has faults: `faults` tells them. Takes no language, allocates nothing on the way. */
  accept(body: unknown, nowMicros: number): EventValues | null;
  /** Every fault of a body that `accept` refused; paths as the caller sent them. */
  faults(body: unknown, nowMicros: number, language: Language): readonly FieldError[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Two compilations of the same schemas: one stops at the first fault and is fast, one explains. */
export function createEventValidator(operators: KnownOperators): EventValidator {
  const quick = ajv(operators, false);
  const grouped = quick.compile(GroupedEvent);
  const flat = quick.compile(FlatEvent);
  const thorough = ajv(operators, true);
  const explainGrouped = thorough.compile(GroupedEvent);
  const explainFlat = thorough.compile(FlatEvent);

  return {
    accept(body, nowMicros) {
      if (typeof body !== 'object' || body === null) return null;
      const fields = body as Fields;
      const asGrouped = isGrouped(fields);
      if (asGrouped ? !grouped(fields) : !flat(fields) || contradiction(fields) !== undefined) return null;
      const values = asGrouped ? valuesOfGrouped(fields) : valuesOfFlat(fields);
      return values.event_timestamp > nowMicros + FUTURE_ALLOWANCE_MICROS ? null : values;
    },
    faults(body, nowMicros, language) {
      const fields = (typeof body === 'object' && body !== null ? body : {}) as Fields;
      const asGrouped = isGrouped(fields);
      const found = explain(asGrouped || body !== fields ? explainGrouped : explainFlat, body, language);
      if (found.length > 0) return found;
      const clash = asGrouped ? undefined : contradiction(fields);
      if (clash) return [{ path: clash[1], message: contradicts(clash[1], clash[0], fields[clash[1]], language) }];
      const values = asGrouped ? valuesOfGrouped(fields) : valuesOfFlat(fields);
      if (values.event_timestamp <= nowMicros + FUTURE_ALLOWANCE_MICROS) return [];
      const path = asGrouped ? 'event.timestamp' : 'event_timestamp';
      const sent = asGrouped ? (fields['event'] as Fields)['timestamp'] : fields['event_timestamp'];
      return [{ path, message: isInFuture(path, sent, language) }];
    },
  };
}

function ajv(operators: KnownOperators, explains: boolean): Ajv2020 {
  // strictTypes wants "type" beside the anyOf of `required`, where it would say nothing.
  const made = new Ajv2020({ allErrors: explains, verbose: explains, strict: true, strictRequired: false, strictTypes: false });
  addEventFormats(made, operators);
  return made;
}

function contradiction(fields: Fields): readonly [string, string] | undefined {
  for (const pair of FLAT_ALIASES) {
    const other = fields[pair[1]];
    if (other !== undefined && fields[pair[0]] !== undefined && fields[pair[0]] !== other) return pair;
  }
  return undefined;
}

function explain(validate: ValidateFunction, body: unknown, language: Language): readonly FieldError[] {
  if (validate(body)) return [];
  const faults = new Map<string, FieldError>();
  for (const error of validate.errors ?? []) {
    const fault = faultOf(error, language);
    if (fault && !faults.has(fault.path) && faults.size < MAX_FAULTS) faults.set(fault.path, fault);
  }
  return [...faults.values()];
}

function faultOf(error: ErrorObject, language: Language): FieldError | null {
  // The two branches of the flat form's anyOf are one fault: the event has no id.
  if (error.keyword === 'required' && error.schemaPath.startsWith('#/anyOf')) return error.schemaPath.startsWith('#/anyOf/0') ? { path: 'external_event_id', message: isRequired('external_event_id', language) } : null;
  if (error.keyword === 'anyOf') return null;
  const name = nameFault(error, language);
  if (name) return name;
  const path = pathOf(error);
  if (path === 'event.type' || path === 'event_type') return { path, message: unknownEventType(error.data) };
  const named = path === '' ? 'event' : path;
  return { path, message: mustBe(named, error.parentSchema as Expectation, error.data, language) };
}
