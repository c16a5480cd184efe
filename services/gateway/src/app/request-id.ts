import { randomUUID } from 'node:crypto';

const SANE = /^[A-Za-z0-9._~-]{1,128}$/;

/** The caller's X-Request-Id when it can be logged and sent back as it is, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && SANE.test(header) ? header : newRequestId();
}

/** The last millisecond asked for, in hex. */
let writtenMs = 0;
let writtenTime = '00000000-0000-7';

/** A uuid of version 7 (RFC 9562): 48 bits of milliseconds, then the random bits of a version 4 one, which Node has ready in store. */
function newRequestId(): string {
  const now = Date.now();
  if (now !== writtenMs) {
    const time = now.toString(16).padStart(12, '0');
    writtenTime = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    writtenMs = now;
  }
  return writtenTime + randomUUID().slice(15);
}
