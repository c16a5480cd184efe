import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { ApiError } from './api-error';
import { answerError, openExchange } from './exchange';

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => void answerError(openExchange(request, response), new ApiError('UNAUTHORIZED')));
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const PIECE = Buffer.alloc(256 * 1024, ' ');
const MEGABYTE = 1024 * 1024;

/** A caller that sends its body to the end, whatever it is answered meanwhile. */
function caller(bodyBytes: number, more = '') {
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (data) => (text += String(data)));
  const ended = new Promise<string>((resolve) => {
    socket.once('end', () => resolve('ended'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
  socket.write(`POST / HTTP/1.1\r\nHost: test\r\nContent-Length: ${bodyBytes}\r\n${more}\r\n`);
  return { socket, ended, answer: () => text };
}

/** How much it could send: each piece when the one before has left. */
async function sendAll({ socket, ended }: ReturnType<typeof caller>, bytes: number): Promise<number> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (let sent = 0; sent < bytes; sent += PIECE.length) {
    if (isOver) return sent;
    await Promise.race([ended, new Promise((resolve) => socket.write(PIECE, resolve))]);
  }
  return bytes;
}

test('who is refused while it sends can send all of it, and reads the answer', async () => {
  const sender = caller(8 * MEGABYTE);
  expect(await sendAll(sender, 8 * MEGABYTE)).toBe(8 * MEGABYTE);
  expect(await sender.ended).toBe('ended');
  expect(sender.answer()).toMatch(/^HTTP\/1\.1 401 [^]*\r\nConnection: close\r\n[^]*"UNAUTHORIZED"/);
});

test('who does not stop sending is cut off', async () => {
  const sender = caller(1024 * 1024 * MEGABYTE);
  expect(await sendAll(sender, 64 * MEGABYTE)).toBeLessThan(64 * MEGABYTE);
});

test('who asks before it sends, and then does not, is not waited for', async () => {
  const started = Date.now();
  const { ended, answer } = caller(100, 'Expect: 100-continue\r\n');
  expect(await ended).toBe('ended');
  expect(answer()).toMatch(/^HTTP\/1\.1 401 /);
  expect(Date.now() - started).toBeLessThan(4_000);
});
