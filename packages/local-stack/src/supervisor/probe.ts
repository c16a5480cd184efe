import { connect } from 'node:net';

/** Whether a part can be used. Null when it can; else why not yet. */
export type Probe = () => Promise<string | null>;

const PROBE_TIMEOUT_MS = 2_000;

export function httpProbe(url: string): Probe {
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      const text = await response.text();
      return response.ok ? null : `${url} answers ${response.status} ${text.slice(0, 200)}`;
    } catch (error) {
      return `${url}: ${causeOf(error)}`;
    }
  };
}

export function redisProbe(port: number): Probe {
  return async () => {
    const answer = await exchange(port, Buffer.from('PING\r\n'), (bytes) => bytes.includes('\r\n'));
    if (typeof answer === 'string') return answer;
    const text = answer.toString('latin1').trim();
    return text === '+PONG' ? null : text;
  };
}

/** Kafka is ready when its own metadata names a live (unfenced) broker. */
export function kafkaProbe(port: number): Probe {
  return async () => {
    const answer = await exchange(port, METADATA_REQUEST, (bytes) => bytes.length >= 16);
    if (typeof answer === 'string') return answer;
    return answer.readInt32BE(BROKER_COUNT_AT) > 0 ? null : 'the broker is still fenced';
  };
}

/** Metadata v4 (api key 3) about no topic, without auto-creation: header v1 with client id "probe". */
const METADATA_REQUEST = framed(
  Buffer.concat([Buffer.from([0, 3, 0, 4, 0, 0, 0, 1, 0, 5]), Buffer.from('probe'), Buffer.from([0, 0, 0, 0]), Buffer.from([0])]),
);
/** After length, correlation id and throttle time, four bytes each. */
const BROKER_COUNT_AT = 12;

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** Sends, and gives what came back once `whole` holds; a string says what went wrong. */
function exchange(port: number, request: Buffer, whole: (bytes: Buffer) => boolean): Promise<Buffer | string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let received = Buffer.alloc(0);
    const end = (result: Buffer | string) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => end(`port ${port} does not answer`));
    socket.once('connect', () => socket.write(request));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (whole(received)) end(received);
    });
    socket.once('error', (error) => end(`port ${port}: ${error.message}`));
    socket.once('close', () => end(`port ${port} closed the connection`));
  });
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error };
  return cause?.message ?? message;
}
