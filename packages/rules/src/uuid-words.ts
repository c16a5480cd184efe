/** A uuid as four signed 32-bit words; comparing them as unsigned is comparing the lower-case texts. */
export type UuidWords = readonly [number, number, number, number];

const HEX = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit += 1) HEX[digit.toString(16).charCodeAt(0)] = digit;
const scratch = new Int32Array(4);

/** @throws {TypeError} when it is not a lower-case uuid. The array is reused by the next call. */
export function uuidWords(uuid: string): Int32Array {
  let at = 0;
  let valid = uuid.length === 36;
  for (let word = 0; word < 4; word += 1) {
    let value = 0;
    for (let digit = 0; digit < 8; digit += 1, at += 1) {
      if (at === 8 || at === 13 || at === 18 || at === 23) valid = valid && uuid.charCodeAt(at++) === 45;
      const nibble = HEX[uuid.charCodeAt(at)] ?? -1;
      valid = valid && nibble >= 0;
      value = (value << 4) | nibble;
    }
    scratch[word] = value;
  }
  if (!valid) throw new TypeError('not a lower-case uuid');
  return scratch;
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

export function uuidText(a: number, b: number, c: number, d: number): string {
  const [first, second, third, fourth] = [hex(a), hex(b), hex(c), hex(d)];
  return `${first}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${fourth}`;
}
