import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { OpenConnections } from './open-connections';

const PATIENCE_MS = 10_000;
const GET = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';

let server: Server;
let connections: OpenConnections;
const clients: Socket[] = [];

async function serve(listener: RequestListener): Promise<void> {
  server = createServer(listener);
  connections = new OpenConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** A client, and all it is sent until its connection ends. */
async function client(): Promise<{ socket: Socket; told: Promise<string> }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(socket);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, told: once(socket, 'close').then(() => text) };
}

afterEach(() => {
  for (const socket of clients.splice(0)) socket.destroy();
  server.closeAllConnections();
});

test('who waits for nothing is let go at once, and nobody new is let in', async () => {
  await serve((_request, response) => void response.end('hello'));
  const { socket, told } = await client();
  socket.write(GET);
  await once(socket, 'data');
  const { port } = server.address() as AddressInfo;
  await connections.close(PATIENCE_MS);
  expect(await told).toMatch(/200 OK[^]*hello$/);
  const late = connect(port, '127.0.0.1');
  await expect(once(late, 'connect')).rejects.toThrow('ECONNREFUSED');
});

test('a request that is under way gets its whole answer, then its connection ends', async () => {
  await serve((_request, response) => void server.emit('asked', () => void response.end('late '.repeat(100_000))));
  const asked = once(server, 'asked');
  const { socket, told } = await client();
  socket.write(GET);
  const [answer] = (await asked) as [() => void];
  const closed = connections.close(PATIENCE_MS);
  answer();
  await closed;
  expect((await told).endsWith('late late ')).toBe(true);
});

test('requests that one connection has sent at once are all answered before it ends', async () => {
  const answers: (() => void)[] = [];
  await serve((request, response) => {
    answers.push(() => void response.end(`answer to ${request.url}`));
    if (answers.length === 2) server.emit('both');
  });
  const both = once(server, 'both');
  const { socket, told } = await client();
  socket.write(GET.replace('/', '/one') + GET.replace('/', '/two'));
  await both;
  const closed = connections.close(PATIENCE_MS);
  for (const answer of answers) answer();
  await closed;
  expect(await told).toMatch(/answer to \/one[^]*answer to \/two$/);
});

test('who sends another request meanwhile is told that the connection ends with its answer', async () => {
  const answers: (() => void)[] = [];
  await serve((_request, response) => {
    answers.push(() => void response.end('done'));
    server.emit('asked');
  });
  const { socket, told } = await client();
  const first = once(server, 'asked');
  socket.write(GET);
  await first;
  const closed = connections.close(PATIENCE_MS);
  const second = once(server, 'asked');
  socket.write(GET);
  await second;
  for (const answer of answers) answer();
  await closed;
  expect((await told).match(/Connection: (?:keep-alive|close)/g)).toEqual(['Connection: keep-alive', 'Connection: close']);
});

test('who is never answered is cut off when patience ends', async () => {
  await serve(() => void server.emit('asked'));
  const asked = once(server, 'asked');
  const { socket, told } = await client();
  socket.write(GET);
  await asked;
  await connections.close(50);
  expect(await told).toBe('');
});
