import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { TSchema, Static } from '@sinclair/typebox';
import type { LogRecord } from '../log/port';
import type { TableState } from './control-table';

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);

/**
 * Applies records of a control topic to `state`. A record that is no JSON or does not fit the schema is handed to `onUnfit`
 * and left out; the record before it stays in force, so that one bad write never empties a table.
 */
export function tableReader<S extends TSchema>(schema: S, state: TableState<Static<S>>, onUnfit: (record: LogRecord, reason: string) => void): (record: LogRecord) => void {
  const fits = ajv.compile<Static<S>>(schema);
  return (record) => {
    const key = record.key?.toString('utf8') ?? '';
    if (record.value === null) return state.apply(record.offset, key, null);
    const parsed = parseJson(record.value);
    if (parsed.ok && fits(parsed.value)) return state.apply(record.offset, key, parsed.value);
    state.skip(record.offset);
    onUnfit(record, parsed.ok ? ajv.errorsText(fits.errors) : 'not JSON');
  };
}

function parseJson(bytes: Buffer): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return { ok: false };
  }
}
