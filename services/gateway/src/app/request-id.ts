import { v7 } from 'uuid';

const SANE = /^[A-Za-z0-9._~-]{1,128}$/;

/** The caller's X-Request-Id when it can be logged and sent back as it is, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && SANE.test(header) ? header : v7();
}
