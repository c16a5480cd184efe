/** Avro's long: zigzag, seven bits a byte, the least first (Avro specification, "Binary Encoding"). Exact up to 2^53. */
export function writeLong(target: Buffer, at: number, value: number): number {
  if (value >= 0 && value < 0x40000000) {
    let small = value * 2;
    while (small > 127) {
      target[at++] = (small & 127) | 128;
      small >>>= 7;
    }
    target[at++] = small;
    return at;
  }
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  while (rest > 127n) {
    target[at++] = Number(rest & 127n) | 128;
    rest >>= 7n;
  }
  target[at++] = Number(rest);
  return at;
}

/** Bytes that any long needs at most. */
export const MAX_LONG_BYTES = 10;
