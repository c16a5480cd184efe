import { isAscii, isUtf8 } from 'node:buffer';
import { HALF_PAIR_FAULT, halfPairIn } from '@stakewatch/contracts';
import { ApiError } from './api-error';
import { isTooDeep, nestsDeeper } from './json-depth';
import { hasLongNumber } from './long-number';

/** Only a number with at least 16 significant digits, or one below the smallest double, can be rounded to a whole number in silence. */
const ROUNDING_DIGITS = 16;
const MAYBE_UNDERFLOW = /[eE]-[0-9]{3}/;
/** The deepest honest body has four levels. */
const MAX_DEPTH = 32;
const BYTE_ORDER_MARK = '\ufeff';
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** @throws {ApiError} INVALID_JSON for bytes that are not UTF-8 or not JSON, INVALID_BODY for what nests absurdly deep. */
export function parseJson(bytes: Buffer): unknown {
  // Most bodies are ASCII, whose text is a copy of its bytes.
  const ascii = isAscii(bytes);
  if (!ascii && !isUtf8(bytes)) throw notJson('is not UTF-8');
  if (isTooDeep(bytes, MAX_DEPTH)) throw tooDeep(MAX_DEPTH);
  const text = bytes.toString(ascii ? 'latin1' : 'utf8');
  try {
    const value: unknown = JSON.parse(text);
    return hasLongNumber(bytes, ROUNDING_DIGITS) || MAYBE_UNDERFLOW.test(text) ? JSON.parse(withoutRounding(text)) : value;
  } catch (error) {
    throw notJson(faultOf((error as SyntaxError).message, text));
  }
}

const notJson = (message: string): ApiError => new ApiError('INVALID_JSON', { errors: [{ path: 'body', message }] });

/** What the parser says, which is a position or the characters around the fault; of a position also line and column, as editors count. */
function faultOf(message: string, text: string): string {
  // Which cannot be seen in what the parser says.
  if (text.startsWith(BYTE_ORDER_MARK)) return 'begins with a byte order mark (U+FEFF): send it without';
  const found = /position (\d+)/.exec(message);
  if (!found) return message;
  const before = text.slice(0, Number(found[1]));
  // Newer versions of V8 say the line and column themselves.
  return `${message.replace(/ \(line \d+ column \d+\)$/, '')} (line ${before.split('\n').length}, column ${before.length - before.lastIndexOf('\n')})`;
}

/**
 * parseJson for bodies that are passed on as they came: whatever its size, none nests deeper than `maxDepth` (writing it again takes the
 * stack that reading does not), and no text has half a surrogate pair.
 * @throws {ApiError} as parseJson
 */
export function parsePassedOn(bytes: Buffer, maxDepth = MAX_DEPTH): unknown {
  if (nestsDeeper(bytes, maxDepth)) throw tooDeep(maxDepth);
  const value = parseJson(bytes);
  const path = bytes.includes('\\u') ? halfPairIn(value) : null;
  if (path !== null) throw new ApiError('INVALID_BODY', { errors: [{ path: path.slice(0, SHOWN_PATH), message: HALF_PAIR_FAULT }] });
  return value;
}

const tooDeep = (levels: number): ApiError => new ApiError('INVALID_BODY', { errors: [{ path: '', message: `the body is nested deeper than ${levels} levels` }] });

const SHOWN_PATH = 200;

/**
 * Puts quotes around each number that a double would turn into another whole number, so that validation refuses it and shows it
 * as it was sent (ecosystem.md, case 8: exact or 400, never rounded).
 */
export function withoutRounding(json: string): string {
  return json.replace(TOKENS, (token) => (token.startsWith('"') || isExact(token) ? token : `"${token}"`));
}

function isExact(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isInteger(value)) return true;
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^-?0*/, '');
  if (digits === '') return true;
  const significant = digits.replace(/0+$/, '');
  const zeros = digits.length - significant.length + Number(exponent) - fraction.length;
  if (zeros < 0) return false;
  return zeros <= 400 && BigInt(significant) * 10n ** BigInt(zeros) === BigInt(Math.abs(value));
}
