import { createHash } from 'node:crypto';
import { Command, type Redis } from 'ioredis';
import type { PartitionSave, StateWrite } from './port';
import { SAVE_SCRIPT } from './save-script';

const SCRIPT_SHA = createHash('sha1').update(SAVE_SCRIPT).digest('hex');
const OPS = { append: 'a', set: 's', delete: 'd' } as const;
/** A length, its line ends and those of what it stands for. */
const ARGUMENT_OVERHEAD = 24;
const EMPTY = Buffer.alloc(0);

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
  const { writes, runs } = runsOf(given);
  const fixed = [SCRIPT_SHA, String(writes.length + 1), metaKey, String(epoch), String(expectedOffset ?? ''), String(nextOffset)];
  const writer = new ArgumentWriter(sizeOf(writes, keyPrefix) + (fixed.length + 3 * runs.length + 2) * (ARGUMENT_OVERHEAD + SCRIPT_SHA.length) + 3 * metaKey.length, spare);
  const withBytes = writes.reduce((count, { op }) => count + (op === 'delete' ? 0 : 1), 0);
  writer.begin(1 + fixed.length + writes.length + 3 * runs.length + withBytes);
  writer.text('EVALSHA');
  for (const text of fixed.slice(0, 3)) writer.text(text);
  const prefix = Buffer.from(keyPrefix);
  for (const { key } of writes) writer.prefixed(prefix, key);
  for (const text of fixed.slice(3)) writer.text(text);
  for (const { op, ttl, from, to } of runs) {
    writer.text(OPS[op]);
    writer.text(ttl);
    writer.text(String(to - from));
    if (op !== 'delete') for (let at = from; at < to; at += 1) writer.bytes((writes[at] as StateWrite).bytes ?? EMPTY);
  }
  return writer.take();
}

interface Run {
  readonly op: StateWrite['op'];
  /** Milliseconds as text; '' for none. */
  readonly ttl: string;
  readonly from: number;
  readonly to: number;
}

/** The writes put so that those that are alike follow each other and share their operation and time to live. Each has a key of its own, so their order is free. */
function runsOf(given: readonly StateWrite[]): { readonly writes: readonly StateWrite[]; readonly runs: readonly Run[] } {
  const kinds = new Map<string, StateWrite[]>();
  let last: StateWrite | undefined;
  let alike: StateWrite[] = [];
  for (const write of given) {
    if (last === undefined || write.op !== last.op || write.ttlMs !== last.ttlMs) {
      const kind = `${write.op} ${write.ttlMs ?? ''}`;
      alike = kinds.get(kind) ?? [];
      kinds.set(kind, alike);
      last = write;
    }
    alike.push(write);
  }
  const writes = kinds.size === 1 ? given : [...kinds.values()].flat();
  let from = 0;
  const runs = [...kinds.values()].map((kind): Run => {
    const [{ op, ttlMs }] = kind as [StateWrite];
    const run = { op, ttl: ttlMs === undefined ? '' : String(Math.ceil(ttlMs)), from, to: from + kind.length };
    from = run.to;
    return run;
  });
  return { writes, runs };
}

/** Bytes at most of keys and values. */
function sizeOf(writes: readonly StateWrite[], keyPrefix: string): number {
  let size = 0;
  for (const { key, bytes } of writes) size += 3 * (keyPrefix.length + key.length) + (bytes?.length ?? 0) + 2 * ARGUMENT_OVERHEAD;
  return size;
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

  prefixed(prefix: Buffer, text: string): void {
    this.header(DOLLAR, prefix.length + Buffer.byteLength(text));
    this.buffer.set(prefix, this.end);
    this.end += prefix.length;
    this.end += this.buffer.write(text, this.end);
    this.line();
  }

  bytes(bytes: Buffer): void {
    this.header(DOLLAR, bytes.length);
    this.buffer.set(bytes, this.end);
    this.end += bytes.length;
    this.line();
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
