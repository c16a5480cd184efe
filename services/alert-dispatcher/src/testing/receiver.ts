import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly atMs: number;
}

/** A receiver of the test's own on 127.0.0.1, that answers as the test says. */
export class TestReceiver {
  readonly received: Received[] = [];
  connections = 0;
  private readonly sockets: Socket[] = [];
  private waiting: { holds: () => boolean; resolve: () => void }[] = [];

  private constructor(
    private readonly server: Server,
    public answer: (response: ServerResponse, request: Received) => void,
  ) {
    server.on('connection', (socket) => {
      this.connections += 1;
      this.sockets.push(socket);
    });
    server.on('request', (request, response) => void this.take(request, response));
  }

  static async start(answer: (response: ServerResponse, request: Received) => void = (response) => void response.writeHead(204).end()): Promise<TestReceiver> {
    const server = createServer();
    const receiver = new TestReceiver(server, answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Distinct webhook-ids received. */
  get ids(): Set<string> {
    return new Set(this.received.map(({ headers }) => String(headers['webhook-id'])));
  }

  /** Resolves when so many requests have come in all. */
  has(count: number): Promise<void> {
    return this.holds(() => this.received.length >= count);
  }

  /** Resolves when `holds`, looked at with every request. */
  async holds(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => this.waiting.push({ holds, resolve }));
  }

  /** What is connected now is reset as soon as anything more comes over it. */
  resetIdleOnNextRequest(): void {
    for (const socket of this.sockets) {
      socket.removeAllListeners('data');
      socket.once('data', () => socket.resetAndDestroy());
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), atMs: Date.now() };
    this.received.push(received);
    this.answer(response, received);
    const met = this.waiting.filter(({ holds }) => holds());
    this.waiting = this.waiting.filter((waiting) => !met.includes(waiting));
    for (const { resolve } of met) resolve();
  }
}
