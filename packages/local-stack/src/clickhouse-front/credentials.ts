import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './errors';

export interface User {
  readonly name: string;
  readonly password: string;
  readonly readOnly: boolean;
}

/**
 * Who asks: X-ClickHouse-User/Key, Basic, or the parameters user/password, in ClickHouse's order. Compared in constant time by digest,
 * against every user, so that neither a name nor a password can be found by timing.
 * @throws {HttpError} 403 code 516 as ClickHouse does, also when nothing was given.
 */
export function authenticate(users: readonly User[], headers: IncomingHttpHeaders, params: URLSearchParams): User {
  const { name, password } = given(headers, params);
  let found: User | null = null;
  for (const user of users) {
    const sameName = same(user.name, name);
    const samePassword = same(user.password, password);
    if (sameName && samePassword) found = user;
  }
  if (found === null) throw new HttpError(403, 516, 'AUTHENTICATION_FAILED', `${name.slice(0, 64)}: Authentication failed: password is incorrect, or there is no user with such name.`);
  return found;
}

function given(headers: IncomingHttpHeaders, params: URLSearchParams): { name: string; password: string } {
  const user = headers['x-clickhouse-user'];
  if (typeof user === 'string') return { name: user, password: String(headers['x-clickhouse-key'] ?? '') };
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const text = Buffer.from(basic, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return colon < 0 ? { name: text, password: '' } : { name: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  return { name: params.get('user') ?? 'default', password: params.get('password') ?? '' };
}

function same(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
