/** A uuid is eight 16-bit words; comparing them in order is comparing the lower-case texts. */
export const UUID_WORDS = 8;

const HEX = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit += 1) HEX[digit.toString(16).charCodeAt(0)] = digit;
/** Where each word's four digits begin in the text. */
const STARTS = [0, 4, 9, 14, 19, 24, 28, 32] as const;
const scratch = new Uint16Array(UUID_WORDS);

/** @throws {TypeError} when it is not a lower-case uuid. The array is reused by the next call. */
export function uuidWords(uuid: string): Uint16Array {
  let bad = uuid.length === 36 && uuid.charCodeAt(8) === 45 && uuid.charCodeAt(13) === 45 && uuid.charCodeAt(18) === 45 && uuid.charCodeAt(23) === 45 ? 0 : -1;
  for (let word = 0; word < UUID_WORDS; word += 1) {
    const at = STARTS[word] as number;
    const value = (digit(uuid, at) << 12) | (digit(uuid, at + 1) << 8) | (digit(uuid, at + 2) << 4) | digit(uuid, at + 3);
    bad |= value;
    scratch[word] = value;
  }
  if (bad < 0) throw new TypeError('not a lower-case uuid');
  return scratch;
}

/** -1 for what is no digit: its sign survives every shift. */
const digit = (text: string, at: number): number => HEX[text.charCodeAt(at)] ?? -1;

export function uuidText(words: Uint16Array, at: number, stride: number): string {
  let text = '';
  for (let word = 0; word < UUID_WORDS; word += 1) {
    if (word >= 2 && word <= 5) text += '-';
    text += (words[at + word * stride] as number).toString(16).padStart(4, '0');
  }
  return text;
}
