/** Letters that Unicode's decomposition leaves whole, as they are commonly written without their stroke or ligature. */
const STROKES: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ħ: 'h', ı: 'i', þ: 'th', ŋ: 'n' };
const ASCII = /^[\x20-\x7e]*$/;
const STROKE = /[ßæœøđðłħıþŋ]/g;

/** Text as it is compared: compatibility forms folded, no marks, no invisible characters, lower case, single spaces. */
export function fold(text: string): string {
  // Most texts are plain ASCII, for which nothing but case and spaces is to be done.
  if (ASCII.test(text)) return text.toLowerCase().replace(/\s+/g, ' ').trim();
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(STROKE, (letter) => STROKES[letter] as string)
    .replace(/\s+/g, ' ')
    .trim();
}

/** Words of a name in a fixed order, so that "DOE, Jane" and "Jane Doe" are the same. An apostrophe or a full stop joins or ends nothing. */
export function nameWords(name: string): readonly string[] {
  return fold(name)
    .replace(/['’`.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort();
}
