import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type LookupFunction, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { selfSigned } from '../testing/self-signed';
import { TestReceiver } from '../testing/receiver';
import { ANSWER_LIMIT_BYTES, createWebhookSender, type SenderOptions, type WebhookSender } from './send-webhook';

const senders: WebhookSender[] = [];
const receivers: { stop(): Promise<void> }[] = [];

function sender(changes: Partial<SenderOptions> = {}): WebhookSender {
  const made = createWebhookSender({ timeoutMs: 2_000, maxSockets: 8, allowPrivate: ['127.0.0.1/32'], ...changes });
  senders.push(made);
  return made;
}

async function receiver(answer?: Parameters<typeof TestReceiver.start>[0]): Promise<TestReceiver> {
  const made = await TestReceiver.start(answer);
  receivers.push(made);
  return made;
}

/** A bare server on 127.0.0.1, whose sockets end with the test. */
async function listening<S extends Server>(server: S): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receivers.push({
    async stop() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  });
  return (server.address() as AddressInfo).port;
}

/** Until the test ends. */
function every(ms: number, step: () => void): void {
  const timer = setInterval(step, ms);
  receivers.push({ stop: async () => clearInterval(timer) });
}

afterEach(async () => {
  for (const made of senders.splice(0)) made.close();
  await Promise.all(receivers.splice(0).map((made) => made.stop()));
});

const post = (from: WebhookSender, url: string) => from.post(url, { 'webhook-id': 'msg_1' }, '{"a":1}');

test('posts the body with its headers, over one connection that is kept', async () => {
  const target = await receiver();
  const from = sender();
  expect(await post(from, target.url)).toEqual({ status: 204, retryAfter: null, excerpt: null, error: null });
  await post(from, target.url);
  expect(target.received[0]).toMatchObject({ body: '{"a":1}', headers: { 'webhook-id': 'msg_1', 'content-type': 'application/json' } });
  expect(target.connections).toBe(1);
});

describe('addresses of the inside are refused where the socket is made', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://0.0.0.0:PORT/',
    'http://[::]:PORT/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://172.16.0.1/',
    'http://100.64.0.1/',
    'https://127.0.0.1:PORT/',
  ])('%s', async (url) => {
    const target = await receiver();
    expect(await post(sender({ allowPrivate: [] }), url.replace('PORT', String(target.port)))).toEqual({ status: null, retryAfter: null, excerpt: null, error: 'address_not_allowed' });
    expect(target.connections).toBe(0);
  });

  test('an allowed network does not open another', async () => {
    const target = await receiver();
    expect(await post(sender({ allowPrivate: ['10.0.0.0/8'] }), target.url)).toMatchObject({ error: 'address_not_allowed' });
    expect(target.connections).toBe(0);
  });

  /** 127.0.0.1 stands for an address that may be sent to, 127.0.0.2 for one of the inside. */
  const lookupOf = (addressesOf: (asked: number) => string[]) => {
    let asked = 0;
    return ((_host, options, callback) => {
      const addresses = addressesOf((asked += 1)).map((address) => ({ address, family: 4 }));
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', 4);
    }) as LookupFunction;
  };

  test('a name that is rebound to the inside after its first answer', async () => {
    const target = await receiver((response) => void response.writeHead(200, { connection: 'close' }).end());
    const from = sender({ lookup: lookupOf((asked) => [asked === 1 ? '127.0.0.1' : '127.0.0.2']) });
    const url = `http://rebind.example:${target.port}/`;
    expect(await post(from, url)).toMatchObject({ status: 200 });
    expect(await post(from, url)).toMatchObject({ status: null, error: 'address_not_allowed' });
    expect(target.connections).toBe(1);
  });

  test('a name with one address of the inside among others', async () => {
    const target = await receiver();
    const from = sender({ lookup: lookupOf(() => ['127.0.0.1', '127.0.0.2']) });
    expect(await post(from, `http://both.example:${target.port}/`)).toMatchObject({ error: 'address_not_allowed' });
    expect(target.connections).toBe(0);
  });
});

test.each(['ftp://example.com/', 'file:///etc/passwd', 'not a url', 'http://user:pass@127.0.0.1/'])('%s is no URL for a webhook', async (url) => {
  expect(await post(sender(), url)).toMatchObject({ status: null, error: 'url_not_allowed' });
});

test('a redirect is not followed', async () => {
  const inner = await receiver();
  const target = await receiver((response) => void response.writeHead(302, { location: inner.url }).end());
  expect(await post(sender(), target.url)).toMatchObject({ status: 302 });
  expect(inner.received).toEqual([]);
});

test('an answer without end is cut after 64 KiB, and its status counts', async () => {
  const written = { bytes: 0 };
  const target = await receiver((response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384, 'x'))) written.bytes += 16_384;
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  });
  const answer = await post(sender(), target.url);
  expect(answer).toMatchObject({ status: 200, error: null, excerpt: 'x'.repeat(1_024) });
  // What the kernel's buffers took besides, nothing more.
  expect(written.bytes).toBeLessThan(ANSWER_LIMIT_BYTES * 200);
});

test('an answer that never comes is cut at the timeout', async () => {
  const target = await receiver(() => undefined);
  const started = Date.now();
  expect(await post(sender({ timeoutMs: 200 }), target.url)).toEqual({ status: null, retryAfter: null, excerpt: null, error: 'timeout' });
  expect(Date.now() - started).toBeLessThan(1_500);
});

test('a body that drips on is cut at the timeout; the acknowledgement stands', async () => {
  const target = await receiver((response) => {
    response.writeHead(200);
    every(20, () => response.write('.'));
  });
  // The acknowledgement itself must come within it, on a busy machine too.
  expect(await post(sender({ timeoutMs: 2_000 }), target.url)).toMatchObject({ status: 200, error: null });
});

test('headers without end are cut', async () => {
  const port = await listening(
    createTcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      every(5, () => socket.write(`x-filler: ${'y'.repeat(2_000)}\r\n`));
    }),
  );
  expect(await post(sender(), `http://127.0.0.1:${port}/`)).toMatchObject({ status: null, error: 'invalid_answer' });
});

test('what is no HTTP is an invalid answer; nobody there is a failed connection', async () => {
  const server = createTcpServer((socket) => socket.resume().end('220 smtp ready\r\n'));
  const url = `http://127.0.0.1:${await listening(server)}/`;
  expect(await post(sender(), url)).toMatchObject({ status: null, error: 'invalid_answer' });
  await new Promise((resolve) => server.close(resolve));
  expect(await post(sender(), url)).toMatchObject({ status: null, error: 'connection_failed' });
});

test('a certificate that nobody vouches for is refused', async () => {
  const port = await listening(createTlsServer(selfSigned(), (_request, response) => void response.end()));
  expect(await post(sender(), `https://127.0.0.1:${port}/`)).toMatchObject({ status: null, error: 'tls_failed' });
});

test('a name that does not resolve', async () => {
  const lookup = ((_host, _options, callback) => callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), '', 4)) as LookupFunction;
  expect(await post(sender({ lookup }), 'http://nowhere.example/')).toMatchObject({ status: null, error: 'name_not_resolved' });
});

test('a kept connection that the receiver closes as it is used again is no failed attempt', async () => {
  const target = await receiver((response) => void response.writeHead(200).end());
  const from = sender();
  await post(from, target.url);
  target.resetIdleOnNextRequest();
  expect(await post(from, target.url)).toMatchObject({ status: 200 });
  expect(target.connections).toBe(2);
});
