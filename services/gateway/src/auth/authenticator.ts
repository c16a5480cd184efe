import { hash } from 'node:crypto';
import { type ApiKeyRecord, type CompanyRecord, eventIdentity, type EventIdentity, PLANS, scopeOf } from '@stakewatch/contracts';
import { apiKeyMatches, parseApiKey } from '@stakewatch/control';
import type { ControlTable } from '@stakewatch/runtime';

/** Who a request comes from. `scope` is the company_id of everything it writes and reads. */
export interface Principal {
  readonly scope: string;
  readonly companyId: string;
  readonly environment: 'live' | 'sandbox';
  readonly keyId: string;
  readonly requestsPerMinute: number;
  readonly identity: EventIdentity;
}

export interface Authenticator {
  /**
   * Null when the key is missing, malformed, unknown or revoked, or its company is gone.
   * @param connection whatever lives as long as the caller's connection: the key it sent last is not hashed again.
   */
  authenticate(apiKey: string | string[] | undefined, connection?: object): Principal | null;
}

/** A key that was found right, and the records that it was checked against. */
interface Verified {
  readonly record: ApiKeyRecord;
  readonly company: CompanyRecord;
  readonly principal: Principal;
}

const CACHED_KEYS = 10_000;

/**
 * Keys are checked against tables that follow their topics live, so a revocation holds as soon as its record is read. A verified
 * key is remembered by its hash together with the very records it was verified against: a new record of the key or of its company
 * makes that worthless. Nothing is remembered of keys that failed.
 */
export function createAuthenticator(keys: ControlTable<ApiKeyRecord>, companies: ControlTable<CompanyRecord>, pepper: string): Authenticator {
  const verified = new Map<string, Verified>();
  const byConnection = new WeakMap<object, { readonly apiKey: string; readonly verified: Verified }>();
  const identities = new Map<string, EventIdentity>();

  const identityOf = (scope: string): EventIdentity => {
    let identity = identities.get(scope);
    if (!identity) identities.set(scope, (identity = eventIdentity(scope)));
    return identity;
  };

  const stillHolds = ({ record, company }: Verified): boolean => keys.get(record.id) === record && companies.get(company.id) === company;

  const verify = (apiKey: string): Verified | null => {
    const parsed = parseApiKey(apiKey);
    const record = parsed === null ? undefined : keys.get(parsed.id);
    const company = record === undefined ? undefined : companies.get(record.companyId);
    if (record === undefined || company === undefined) return null;
    const digest = hash('sha256', apiKey, 'base64url');
    const known = verified.get(digest);
    if (known && known.record === record && known.company === company) return known;
    if (!apiKeyMatches(apiKey, record, pepper)) return null;
    const scope = scopeOf(company.id, record.environment);
    const requestsPerMinute = requestsPerMinuteOf(company, record);
    const principal: Principal = { scope, companyId: company.id, environment: record.environment, keyId: record.id, requestsPerMinute, identity: identityOf(scope) };
    const found = { record, company, principal };
    if (verified.size >= CACHED_KEYS) verified.clear();
    verified.set(digest, found);
    return found;
  };

  return {
    authenticate(apiKey, connection) {
      if (typeof apiKey !== 'string') return null;
      const last = connection === undefined ? undefined : byConnection.get(connection);
      if (last !== undefined && last.apiKey === apiKey && stillHolds(last.verified)) return last.verified.principal;
      const found = verify(apiKey);
      if (found !== null && connection !== undefined) byConnection.set(connection, { apiKey, verified: found });
      return found === null ? null : found.principal;
    },
  };
}

function requestsPerMinuteOf(company: CompanyRecord, key: ApiKeyRecord): number {
  if (key.environment === 'sandbox') return PLANS.sandbox.requestsPerMinute;
  return company.requestsPerMinute ?? PLANS[company.plan].requestsPerMinute;
}
