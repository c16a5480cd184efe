import { FRAME_BYTES } from '@stakewatch/runtime';

/**
 * What makes a row the same row when its record was sent twice. Taken from the raw bytes: records begin with their uuid as an
 * Avro string (one length byte, 36 characters).
 */
export interface Identity {
  /** SQL over the table's columns, equal for equal identities; a text as `keyOf` gives it. */
  readonly sql: string;
  /** Columns as RowBinary to load the filter from: 16 bytes of UUID, then `extraBytes`. */
  readonly loadColumns: string;
  readonly extraBytes: number;
  /** Two words for the filter, into `words`; false when the record does not begin with what it should. */
  hash(value: Buffer, words: Uint32Array): boolean;
  /** The same from a row that `loadColumns` gave. */
  hashLoaded(row: Buffer, at: number, words: Uint32Array): void;
  /** Text as `sql` gives it: hexadecimal digits, dashes, colons and digits only. */
  keyOf(value: Buffer): string;
}

const UUID_AT = FRAME_BYTES + 1;
const UUID_END = UUID_AT + 36;
const UUID_LENGTH_BYTE = 72;
const GOLDEN = 0x9e3779b1;

/** Identity by the uuid that the record begins with. */
export function uuidIdentity(column: string): Identity {
  return {
    sql: `toString(${column})`,
    loadColumns: column,
    extraBytes: 0,
    hash: hashUuid,
    hashLoaded: hashLoadedUuid,
    keyOf: (value) => value.toString('latin1', UUID_AT, UUID_END),
  };
}

/** Identity by the uuid and the number (an Avro int) that follows it: a revision. */
export function revisionIdentity(uuidColumn: string, numberColumn: string): Identity {
  return {
    sql: `concat(toString(${uuidColumn}), ':', toString(${numberColumn}))`,
    loadColumns: `${uuidColumn}, ${numberColumn}`,
    extraBytes: 4,
    hash(value, words) {
      if (!hashUuid(value, words)) return false;
      words[1] = (words[1] as number) ^ Math.imul(numberAfterUuid(value), GOLDEN);
      return true;
    },
    hashLoaded(row, at, words) {
      hashLoadedUuid(row, at, words);
      words[1] = (words[1] as number) ^ Math.imul(row.readUInt32LE(at + 16), GOLDEN);
    },
    keyOf: (value) => `${value.toString('latin1', UUID_AT, UUID_END)}:${numberAfterUuid(value)}`,
  };
}

const HEX = new Int8Array(256).fill(-1);
for (let i = 0; i < 16; i += 1) HEX[i.toString(16).charCodeAt(0)] = i;

/** First and last eight digits: random bits in every uuid that this system makes (contracts/event-identity.ts, identities.ts). */
function hashUuid(value: Buffer, words: Uint32Array): boolean {
  if (value.length < UUID_END || value[FRAME_BYTES] !== UUID_LENGTH_BYTE) return false;
  let bad = 0;
  let high = 0;
  let low = 0;
  for (let i = 0; i < 36; i += 1) {
    const byte = value[UUID_AT + i] as number;
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      bad |= byte ^ 0x2d;
      continue;
    }
    const digit = HEX[byte] as number;
    bad |= digit & ~15;
    if (i < 8) high = (high << 4) | digit;
    else if (i >= 28) low = (low << 4) | digit;
  }
  words[0] = high;
  words[1] = low;
  return bad === 0;
}

/** ClickHouse's RowBinary UUID: two little-endian 64-bit halves, the high one first. */
function hashLoadedUuid(row: Buffer, at: number, words: Uint32Array): void {
  words[0] = row.readUInt32LE(at + 4);
  words[1] = row.readUInt32LE(at + 8);
}

function numberAfterUuid(value: Buffer): number {
  let number = 0;
  let shift = 0;
  for (let at = UUID_END; at < value.length && shift < 35; at += 1, shift += 7) {
    const byte = value[at] as number;
    number += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
  }
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
