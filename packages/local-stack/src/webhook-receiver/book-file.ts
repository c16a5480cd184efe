import { appendFileSync, closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { DeliveryBook, type NewDelivery } from './delivery-book';

/** A book that survives restarts: each message is a line of an append-only file, written before it is answered. */
export interface KeptBook {
  readonly book: DeliveryBook;
  take(delivery: NewDelivery): void;
  clear(): void;
  close(): void;
}

/** Without a path the book lives in memory alone. */
export function openBook(path: string | null, keep: number): KeptBook {
  const book = new DeliveryBook(keep);
  if (path === null) return { book, take: (delivery) => void book.take(delivery), clear: () => book.clear(), close: () => undefined };
  let lines = replay(path, book, keep);
  let file = openSync(path, 'a', 0o600);
  const compact = () => {
    closeSync(file);
    lines = rewrite(path, book, keep);
    file = openSync(path, 'a', 0o600);
  };
  if (lines > keep * 2) compact();
  return {
    book,
    take(delivery) {
      // If the process dies here the message was not answered, and comes again.
      appendFileSync(file, `${JSON.stringify(delivery)}\n`);
      book.take(delivery);
      lines += 1;
      if (lines > keep * 2) compact();
    },
    clear() {
      book.clear();
      compact();
    },
    close: () => closeSync(file),
  };
}

/** Reads the file; a line cut off by a crash was never answered and is left out. */
function replay(path: string, book: DeliveryBook, keep: number): number {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const whole = text.split('\n');
  const rest = whole.pop();
  for (const line of whole) book.take(JSON.parse(line) as NewDelivery);
  return rest === '' ? whole.length : rewrite(path, book, keep);
}

/** Beside and renamed, so that a crash leaves the old file or the new. Repeats are written as often as they came. */
function rewrite(path: string, book: DeliveryBook, keep: number): number {
  const lines = book.list({ limit: keep, after: 0, order: 'asc' }).flatMap(({ sequence: _sequence, duplicates, ...delivery }) => Array<string>(duplicates + 1).fill(JSON.stringify(delivery)));
  writeFileSync(`${path}.new`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return lines.length;
}
