import { createRequire } from 'node:module';
import type { RecordSet } from './record-set';

/** What kafkajs hands a fetch's records to; see DECODER. */
interface FetchDecoder {
  readonly buffer: Buffer;
  offset: number;
  readInt32(): number;
  canReadBytes(length: number): boolean;
  readBytes(length: number): Buffer;
}

/** A record batch in the place of a message: kafkajs reads its offset (of its last record), and passes the rest on. */
export interface RecordSetMessage {
  readonly offset: string;
  readonly isControlRecord: false;
  readonly key: null;
  readonly batchContext: typeof NO_TRANSACTION;
  readonly recordSet: RecordSet;
}

/** kafkajs asks for it when other batches of the fetch are of aborted transactions. */
const NO_TRANSACTION = { producerId: '-1', inTransaction: false } as const;
const HEADER_BYTES = 57;
/** First offset and length come before what the length counts. */
const PREFIX_BYTES = 12;
const MAGIC_AT = 16;
const MAGIC = 2;
const ATTRIBUTES_AT = 21;
const LAST_DELTA_AT = 23;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const COMPRESSION = 7;
const LOG_APPEND_TIME = 8;
/** Of a transaction, or its end: kafkajs sorts out what was aborted record by record. */
const TRANSACTIONAL = 48;

/** In kafkajs 2.2.4 (pinned; the last of its line): every version of the fetch response takes records apart by this function. */
const DECODER = 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages';

type Decode = (decoder: FetchDecoder) => Promise<readonly unknown[]>;

/**
 * Has kafkajs pass record batches on as they are, to be read by `readRecords`: its own reading makes some twenty objects of a
 * record, several with 64-bit arithmetic in objects, and was the dearest part of a consumer on a backlog
 * (docs/decisions/0125-record-batches-as-they-are.md). What is compressed, transactional or of an old format it reads as ever.
 * For the whole process, so it is called by whoever makes the client of a service, and again does nothing.
 */
export function passRecordBatchesOn(): void {
  const require = createRequire(__filename);
  const own = require(DECODER) as Decode & { passesOn?: true };
  const loaded = require.cache[require.resolve(DECODER)];
  if (!loaded || own.passesOn) return;
  const decode: Decode = (decoder) => Promise.resolve(recordSetsOf(decoder)).then((sets) => sets ?? own(decoder));
  loaded.exports = Object.assign(decode, { passesOn: true });
}

/** The record batches that come next; null, with nothing read, when one of them is for kafkajs to read. */
export function recordSetsOf(decoder: FetchDecoder): readonly RecordSetMessage[] | null {
  const start = decoder.offset;
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  const sets = split(decoder.readBytes(size));
  if (sets === null) decoder.offset = start;
  return sets;
}

function split(bytes: Buffer): readonly RecordSetMessage[] | null {
  const sets: RecordSetMessage[] = [];
  let from = 0;
  while (bytes.length - from > HEADER_BYTES) {
    const end = from + PREFIX_BYTES + bytes.readInt32BE(from + 8);
    // The last one may be cut off, as a fetch has its greatest size.
    if (end > bytes.length) break;
    const attributes = bytes.readInt16BE(from + ATTRIBUTES_AT);
    if (bytes[from + MAGIC_AT] !== MAGIC || (attributes & (COMPRESSION | TRANSACTIONAL)) !== 0) return null;
    const firstOffset = Number(bytes.readBigInt64BE(from));
    sets.push({
      offset: String(firstOffset + bytes.readInt32BE(from + LAST_DELTA_AT)),
      isControlRecord: false,
      key: null,
      batchContext: NO_TRANSACTION,
      recordSet: {
        bytes: bytes.subarray(from + HEADER_BYTES, end),
        firstOffset,
        firstTimestamp: Number(bytes.readBigInt64BE(from + FIRST_TIMESTAMP_AT)),
        appendedAt: (attributes & LOG_APPEND_TIME) === 0 ? null : Number(bytes.readBigInt64BE(from + MAX_TIMESTAMP_AT)),
      },
    });
    from = end;
  }
  return sets;
}
