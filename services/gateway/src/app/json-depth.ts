const OPENER_BITS = 0xdf;
const OPENER = 0x5b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** A batch of 1000 grouped events opens 5002 brackets; fewer than this cannot nest deep enough to hurt. */
const HARMLESS_OPENERS = 8_192;

/** Whether JSON text nests deeper than `limit`. An honest body costs one count of its brackets; only a suspicious one is walked. */
export function isTooDeep(bytes: Buffer, limit: number): boolean {
  return bytes.length > HARMLESS_OPENERS && openers(bytes) > HARMLESS_OPENERS && nestsDeeper(bytes, limit);
}

/** '[' and '{' differ in one bit. */
function openers(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) if (((bytes[at] as number) & OPENER_BITS) === OPENER) count += 1;
  return count;
}

export function nestsDeeper(bytes: Buffer, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if ((byte & OPENER_BITS) === OPENER) {
      depth += 1;
      if (depth > limit) return true;
    } else if ((byte & OPENER_BITS) === OPENER + 2) depth -= 1;
  }
  return false;
}

function endOfText(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
