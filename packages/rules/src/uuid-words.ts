/** A uuid is eight 16-bit words; comparing them in order is comparing the lower-case texts. */
export const UUID_WORDS = 8;
export const UUID_LENGTH = 36;

const DIGITS = new Uint8Array(Buffer.from('0123456789abcdef'));
const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit += 1) HEX[DIGITS[digit] as number] = digit;
/** Where each word's four digits begin in the text. */
const STARTS = [0, 4, 9, 14, 19, 24, 28, 32] as const;
const DASHES = [8, 13, 18, 23] as const;
const DASH = 45;
const scratch = new Uint16Array(UUID_WORDS);
const letters = Buffer.alloc(UUID_LENGTH);

/** @throws {TypeError} when it is not a lower-case uuid. The array is reused by the next call. */
export function uuidWords(uuid: string): Uint16Array {
  if (uuid.length !== UUID_LENGTH || letters.write(uuid) !== UUID_LENGTH || !readUuid(letters, 0, scratch)) throw new TypeError('not a lower-case uuid');
  return scratch;
}

/** Reads the uuid whose 36 characters begin at `from`; false when they are not a lower-case uuid. */
export function readUuid(bytes: Uint8Array, from: number, words: Uint16Array): boolean {
  // -1 for what is no digit: its sign survives every shift.
  let bad = 0;
  for (let dash = 0; dash < 4; dash += 1) if (bytes[from + (DASHES[dash] as number)] !== DASH) bad = -1;
  for (let word = 0; word < UUID_WORDS; word += 1) {
    const at = from + (STARTS[word] as number);
    const value = (digit(bytes, at) << 12) | (digit(bytes, at + 1) << 8) | (digit(bytes, at + 2) << 4) | digit(bytes, at + 3);
    bad |= value;
    words[word] = value;
  }
  return bad >= 0;
}

const digit = (bytes: Uint8Array, at: number): number => HEX[bytes[at] as number] as number;

/** The uuid whose words begin at `at`. */
export function uuidText(words: Uint16Array, at: number): string {
  writeUuid(words, at, letters);
  return letters.toString('latin1');
}

/** Its 36 characters, at the beginning of `bytes`. */
export function writeUuid(words: Uint16Array, at: number, bytes: Uint8Array): void {
  for (let dash = 0; dash < 4; dash += 1) bytes[DASHES[dash] as number] = DASH;
  for (let word = 0; word < UUID_WORDS; word += 1) {
    const value = words[at + word] as number;
    const to = STARTS[word] as number;
    bytes[to] = DIGITS[value >>> 12] as number;
    bytes[to + 1] = DIGITS[(value >>> 8) & 15] as number;
    bytes[to + 2] = DIGITS[(value >>> 4) & 15] as number;
    bytes[to + 3] = DIGITS[value & 15] as number;
  }
}
