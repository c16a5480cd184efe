import type { AttemptError } from '../core/classify';

const NAMES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const TLS = /CERT|TLS|SSL|SIGNATURE|ALTNAME|ISSUER/;
/** request-filtering-agent tells its refusals by their text alone. */
const REFUSED = /is not allowed\. Because/;

/** The short code that stands in the delivery log; never the error's text, which may name inner addresses. */
export function errorCodeOf(error: unknown): AttemptError {
  const { message = '', code = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (REFUSED.test(message)) return 'address_not_allowed';
  if (NAMES.has(code)) return 'name_not_resolved';
  if (code.startsWith('HPE_')) return 'invalid_answer';
  return TLS.test(code) ? 'tls_failed' : 'connection_failed';
}
