import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What node:http publishes with each request and with each answer that is done. */
interface Exchange {
  readonly server: Server;
  readonly socket: Socket;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Connections of a server, and how many requests each has that are not answered: so that it can end without cutting an answer off. By
 * node:http's own channels, at a third of the price of a listener on each answer (docs/performance.md).
 */
export class OpenConnections {
  private readonly unanswered = new Map<Socket, number>();
  private stopping = false;

  constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.unanswered.set(socket, 0);
      socket.once('close', () => this.unanswered.delete(socket));
    });
    subscribe('http.server.request.start', (message) => this.requested(message as Exchange));
    subscribe('http.server.response.finish', (message) => this.answered(message as Exchange));
  }

  /**
   * Takes no new connections, ends those that wait for nothing, and the others with their answers. Resolves when none is left; those that
   * are open after `patienceMs` are cut off.
   */
  async close(patienceMs: number): Promise<void> {
    this.stopping = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const [socket, unanswered] of this.unanswered) if (unanswered === 0) socket.end();
    const cutOff = setTimeout(() => {
      for (const socket of this.unanswered.keys()) socket.destroy();
    }, patienceMs);
    await closed;
    clearTimeout(cutOff);
  }

  private requested({ server, socket, response }: Exchange): void {
    if (server !== this.server) return;
    this.unanswered.set(socket, (this.unanswered.get(socket) ?? 0) + 1);
    // Who still sends is told to go elsewhere with the next one.
    if (this.stopping) response.shouldKeepAlive = false;
  }

  private answered({ server, socket }: Exchange): void {
    if (server !== this.server) return;
    const left = (this.unanswered.get(socket) ?? 1) - 1;
    // A connection that is gone already stays forgotten.
    if (this.unanswered.has(socket)) this.unanswered.set(socket, left);
    if (this.stopping && left === 0) socket.end();
  }
}
