import type { OutgoingRecord } from './port';

/** Below the broker's default message.max.bytes (1,048,588): one call becomes one record batch per partition. */
export const CHUNK_BYTES = 900_000;
/** What a record costs beside its key, value and headers, at most. */
const RECORD_OVERHEAD = 100;

/** Cuts records, in their order, into calls of which none makes a record batch that the broker refuses. A record larger than that goes alone. */
export function* produceChunks(records: readonly OutgoingRecord[], limit = CHUNK_BYTES): Iterable<readonly OutgoingRecord[]> {
  let from = 0;
  let bytes = 0;
  for (let index = 0; index < records.length; index += 1) {
    const size = sizeOf(records[index] as OutgoingRecord);
    if (index > from && bytes + size > limit) {
      yield records.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < records.length) yield from === 0 ? records : records.slice(from);
}

function sizeOf({ key, value, headers }: OutgoingRecord): number {
  let size = RECORD_OVERHEAD + (key === null ? 0 : Buffer.byteLength(key)) + (value?.length ?? 0);
  for (const name in headers) size += name.length + Buffer.byteLength(headers[name] as string) + 10;
  return size;
}
