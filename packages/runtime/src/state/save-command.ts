import { createHash } from 'node:crypto';
import { Command, type Redis } from 'ioredis';
import { copyBytes, PackedWrites, type WriteKind } from './packed-writes';
import type { PartitionSave } from './port';
import { SAVE_SCRIPT } from './save-script';

const SCRIPT_SHA = createHash('sha1').update(SAVE_SCRIPT).digest('hex');
const OPS = { append: 'a', set: 's', delete: 'd' } as const;
/** A length, its line ends and those of what it stands for. */
const ARGUMENT_OVERHEAD = 24;

/** A whole command as the bytes that go out: thousands of arguments one by one cost several times as much as the save itself. */
class PreparedCommand extends Command {
  constructor(private readonly bytes: Buffer) {
    super('evalsha', [], { replyEncoding: 'utf8' });
  }

  override toWritable(): Buffer {
    return this.bytes;
  }
}

/** Memory of commands that were answered, for the next ones: anew for each save, it waits for the garbage collector by the megabyte. */
const spares: Buffer[] = [];
const MAX_SPARES = 2;
const MAX_SPARE_BYTES = 4 * 1_048_576;
const LEAST_BYTES = 65_536;
/** Of the save at hand, where it came as objects: one for all, as it is read before anything else is done. */
const packed = new PackedWrites();

/** Answer of the script; see SAVE_SCRIPT. The server is given the script when it does not know it (first use, restart, failover). */
export async function sendSave(redis: Redis, metaKey: string, keyPrefix: string, save: PartitionSave): Promise<string> {
  const bytes = saveBytes(metaKey, keyPrefix, save, spares.pop());
  const answer = await answerOf(redis, bytes);
  // Answered, so it was sent. What failed may still lie in a queue: its memory is left to whoever sends it.
  if (spares.length < MAX_SPARES && bytes.buffer.byteLength <= MAX_SPARE_BYTES) spares.push(Buffer.from(bytes.buffer));
  return answer;
}

async function answerOf(redis: Redis, bytes: Buffer): Promise<string> {
  try {
    return (await redis.sendCommand(new PreparedCommand(bytes))) as string;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    await redis.script('LOAD', SAVE_SCRIPT);
    return (await redis.sendCommand(new PreparedCommand(bytes))) as string;
  }
}

/** EVALSHA with its keys and arguments, in Redis' protocol; in `spare` where that is large enough. */
export function saveBytes(metaKey: string, keyPrefix: string, { epoch, expectedOffset, nextOffset, writes: given }: PartitionSave, spare?: Buffer): Buffer {
  const writes = given instanceof PackedWrites ? given : packed.reset().addAll(given);
  const { kinds, length } = writes;
  const order = orderOf(writes);
  const fixed = [SCRIPT_SHA, String(length + 1), metaKey, String(epoch), String(expectedOffset ?? ''), String(nextOffset)];
  const prefix = Buffer.from(keyPrefix);
  const size = writes.size + length * (prefix.length + 2 * ARGUMENT_OVERHEAD) + (fixed.length + 3 * kinds.length + 2) * (ARGUMENT_OVERHEAD + SCRIPT_SHA.length) + 3 * metaKey.length;
  const writer = new ArgumentWriter(size, spare);
  const withBytes = kinds.reduce((count, kind) => count + (kind.op === 'delete' ? 0 : kind.count), 0);
  writer.begin(1 + fixed.length + length + 3 * kinds.length + withBytes);
  writer.text('EVALSHA');
  for (const text of fixed.slice(0, 3)) writer.text(text);
  for (let at = 0; at < length; at += 1) {
    const write = order?.[at] ?? at;
    writer.prefixed(prefix, writes.bytes, writes.keyFrom(write), writes.keyTo(write));
  }
  for (const text of fixed.slice(3)) writer.text(text);
  let at = 0;
  for (const { op, ttlMs, count } of kinds) {
    writer.text(OPS[op]);
    writer.text(ttlMs === undefined ? '' : String(Math.ceil(ttlMs)));
    writer.text(String(count));
    for (const end = at + count; at < end; at += 1) {
      const write = order?.[at] ?? at;
      if (op !== 'delete') writer.bytes(writes.bytes, writes.keyTo(write), writes.valueTo(write));
    }
  }
  return writer.take();
}

/**
 * The writes put so that those that are alike follow each other and share their operation and time to live; null: they do as they
 * are. Each has a key of its own, so their order is free.
 */
function orderOf(writes: PackedWrites): Uint32Array | null {
  if (writes.kinds.length < 2) return null;
  const next = new Uint32Array(writes.kinds.length);
  for (let kind = 1; kind < next.length; kind += 1) next[kind] = (next[kind - 1] as number) + (writes.kinds[kind - 1] as WriteKind).count;
  const order = new Uint32Array(writes.length);
  for (let write = 0; write < order.length; write += 1) {
    const kind = writes.kindAt(write);
    order[next[kind] as number] = write;
    next[kind] = (next[kind] as number) + 1;
  }
  return order;
}

const RETURN = 13;
const NEWLINE = 10;
const DOLLAR = 36;
const STAR = 42;

class ArgumentWriter {
  private readonly buffer: Buffer;
  private end = 0;

  constructor(size: number, spare?: Buffer) {
    this.buffer = spare && spare.length >= size ? spare : Buffer.allocUnsafeSlow(Math.max(LEAST_BYTES, size));
  }

  begin(count: number): void {
    this.header(STAR, count);
  }

  text(text: string): void {
    this.header(DOLLAR, Buffer.byteLength(text));
    this.end += this.buffer.write(text, this.end);
    this.line();
  }

  prefixed(prefix: Buffer, bytes: Buffer, from: number, to: number): void {
    this.header(DOLLAR, prefix.length + to - from);
    this.copy(prefix, 0, prefix.length);
    this.copy(bytes, from, to);
    this.line();
  }

  bytes(bytes: Buffer, from: number, to: number): void {
    this.header(DOLLAR, to - from);
    this.copy(bytes, from, to);
    this.line();
  }

  private copy(bytes: Buffer, from: number, to: number): void {
    copyBytes(bytes, from, to, this.buffer, this.end);
    this.end += to - from;
  }

  take(): Buffer {
    return this.buffer.subarray(0, this.end);
  }

  private header(kind: number, value: number): void {
    this.buffer[this.end++] = kind;
    let digits = 1;
    for (let rest = value; rest > 9; rest = Math.floor(rest / 10)) digits += 1;
    let rest = value;
    for (let at = this.end + digits - 1; at >= this.end; at -= 1) {
      this.buffer[at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.end += digits;
    this.line();
  }

  private line(): void {
    this.buffer[this.end++] = RETURN;
    this.buffer[this.end++] = NEWLINE;
  }
}
