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
  /** Null when the key is missing, malformed, unknown or revoked, or its company is gone. */
  authenticate(apiKey: string | string[] | undefined): Principal | null;
}

const CACHED_KEYS = 10_000;

/**
 * Keys are checked against tables that follow their topics live, so a revocation holds as soon as its record is read. A verified
 * key is remembered by its hash together with the very records it was verified against: a new record of the key or of its company
 * makes that worthless. Nothing is remembered of keys that failed.
 */
export function createAuthenticator(keys: ControlTable<ApiKeyRecord>, companies: ControlTable<CompanyRecord>, pepper: string): Authenticator {
  const verified = new Map<string, { record: ApiKeyRecord; company: CompanyRecord; principal: Principal }>();
  const identities = new Map<string, EventIdentity>();

  const identityOf = (scope: string): EventIdentity => {
    let identity = identities.get(scope);
    if (!identity) identities.set(scope, (identity = eventIdentity(scope)));
    return identity;
  };

  return {
    authenticate(apiKey) {
      if (typeof apiKey !== 'string') return null;
      const parsed = parseApiKey(apiKey);
      const record = parsed === null ? undefined : keys.get(parsed.id);
      const company = record === undefined ? undefined : companies.get(record.companyId);
      if (record === undefined || company === undefined) return null;
      const digest = hash('sha256', apiKey, 'base64url');
      const known = verified.get(digest);
      if (known && known.record === record && known.company === company) return known.principal;
      if (!apiKeyMatches(apiKey, record, pepper)) return null;
      const scope = scopeOf(company.id, record.environment);
      const principal: Principal = {
        scope,
        companyId: company.id,
        environment: record.environment,
        keyId: record.id,
        requestsPerMinute: requestsPerMinuteOf(company, record),
        identity: identityOf(scope),
      };
      if (verified.size >= CACHED_KEYS) verified.clear();
      verified.set(digest, { record, company, principal });
      return principal;
    },
  };
}

function requestsPerMinuteOf(company: CompanyRecord, key: ApiKeyRecord): number {
  if (key.environment === 'sandbox') return PLANS.sandbox.requestsPerMinute;
  return company.requestsPerMinute ?? PLANS[company.plan].requestsPerMinute;
}
