import { connect } from 'node:net';
import { unavailable } from './cli-error';

const PROBE_MS = 3_000;

/** Whether something listens there, within seconds: the clients themselves would try for long before they give up. @throws {CliError} */
export async function assertReachable(what: string, host: string, port: number): Promise<void> {
  const fault = await connectFault(host, port);
  if (fault !== null) throw unavailable(what, `${host}:${port}`, fault);
}

export function connectFault(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PROBE_MS });
    const done = (fault: string | null) => {
      socket.destroy();
      resolve(fault);
    };
    socket.once('connect', () => done(null));
    socket.once('timeout', () => done(`no connection within ${PROBE_MS / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}

/** host:port of a broker address or URL. */
export function addressOf(text: string, defaultPort: number): { host: string; port: number } {
  const url = new URL(text.includes('://') ? text : `tcp://${text}`);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? defaultPort : Number(url.port) };
}
