import { randomUUID } from 'node:crypto';

const SANE = /^[A-Za-z0-9._~-]{1,128}$/;

/** The caller's X-Request-Id when it can be logged and sent back as it is, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && SANE.test(header) ? header : newRequestId();
}

const IDS_OF_A_TAIL = 4096;

/** What ids of one millisecond have in common, and how many of them there are. */
let writtenMs = 0;
let head = '';
let tail = '';
let count = 0;

/** A uuid of version 7 (RFC 9562, 6.2, method 1): 48 bits of milliseconds, 12 that count, and 62 random ones, new for each millisecond. */
function newRequestId(): string {
  const now = Date.now();
  if (now !== writtenMs || count === IDS_OF_A_TAIL) {
    const time = now.toString(16).padStart(12, '0');
    writtenMs = now;
    head = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    tail = randomUUID().slice(18);
    count = 0;
  }
  return head + (IDS_OF_A_TAIL + count++).toString(16).slice(1) + tail;
}
