import { saveBytes } from './save-command';
import { SAVE_SCRIPT } from './save-script';
import { createHash } from 'node:crypto';

/** Arguments of a command in Redis' protocol. */
function argumentsOf(bytes: Buffer): Buffer[] {
  let at = 0;
  const number = (): number => {
    const end = bytes.indexOf('\r\n', at);
    const value = Number(bytes.toString('latin1', at + 1, end));
    at = end + 2;
    return value;
  };
  const count = number();
  const found = Array.from({ length: count }, () => {
    const length = number();
    const argument = bytes.subarray(at, at + length);
    expect(bytes.toString('latin1', at + length, at + length + 2)).toBe('\r\n');
    at += length + 2;
    return argument;
  });
  expect(at).toBe(bytes.length);
  return found;
}

test('keys, then runs of writes that are alike, in their order; bytes of any value', () => {
  const bytes = Buffer.from([0, 13, 10, 255]);
  const made = argumentsOf(
    saveBytes('{t}:meta', '{t}:s:', {
      epoch: 7,
      expectedOffset: null,
      nextOffset: 1_234_567,
      writes: [
        { key: 'a', op: 'append', bytes, ttlMs: 10.2 },
        { key: 'joueur-é', op: 'append', bytes: Buffer.alloc(0), ttlMs: 10.2 },
        { key: 'c', op: 'delete' },
        { key: 'd', op: 'delete' },
        { key: 'e', op: 'set', bytes },
      ],
    }),
  );
  const sha = createHash('sha1').update(SAVE_SCRIPT).digest('hex');
  const texts = (...all: string[]) => all.map((text) => Buffer.from(text));
  expect(made).toEqual([
    ...texts('EVALSHA', sha, '6', '{t}:meta', '{t}:s:a', '{t}:s:joueur-é', '{t}:s:c', '{t}:s:d', '{t}:s:e', '7', '', '1234567'),
    ...texts('a', '11', '2'),
    bytes,
    Buffer.alloc(0),
    ...texts('d', '', '2', 's', '', '1'),
    bytes,
  ]);
});

test('writes that are alike are put together, and each keeps its key', () => {
  const write = (key: string, op: 'append' | 'set', ttlMs?: number) => ({ key, op, bytes: Buffer.from(`of ${key}`), ...(ttlMs !== undefined && { ttlMs }) });
  const writes = [write('a', 'append', 5), write('b', 'append'), write('c', 'set', 5), write('d', 'append', 5), write('e', 'append'), write('f', 'set', 5)];
  const made = argumentsOf(saveBytes('{t}:meta', '{t}:s:', { epoch: 1, expectedOffset: 1, nextOffset: 2, writes })).map(String);
  expect(made.slice(4)).toEqual(['{t}:s:a', '{t}:s:d', '{t}:s:b', '{t}:s:e', '{t}:s:c', '{t}:s:f', '1', '1', '2', 'a', '5', '2', 'of a', 'of d', 'a', '', '2', 'of b', 'of e', 's', '5', '2', 'of c', 'of f']);
});

test('nothing to write is only the offset', () => {
  const made = argumentsOf(saveBytes('{t}:meta', '{t}:s:', { epoch: 1, expectedOffset: 5, nextOffset: 5, writes: [] }));
  expect(made.slice(2).map(String)).toEqual(['1', '{t}:meta', '1', '5', '5']);
});
