/**
 * A company scope owns every key, row, frame and file. A company has two: its live one, named by its id, and its sandbox,
 * which is a scope of its own so that nothing sent with a sandbox key can ever meet live data.
 */
export type Environment = 'live' | 'sandbox';

const SANDBOX_SUFFIX = '-sandbox';
export const COMPANY_ID_PATTERN = '^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$';

export function scopeOf(companyId: string, environment: Environment): string {
  return environment === 'sandbox' ? companyId + SANDBOX_SUFFIX : companyId;
}

/** A company id must not look like a sandbox scope. */
export function isCompanyId(value: string): boolean {
  return new RegExp(COMPANY_ID_PATTERN).test(value) && !value.endsWith(SANDBOX_SUFFIX);
}

export function environmentOf(scope: string): Environment {
  return scope.endsWith(SANDBOX_SUFFIX) ? 'sandbox' : 'live';
}

/** The company behind a scope: 'acme-sandbox' and 'acme' both give 'acme'. */
export function companyOf(scope: string): string {
  return environmentOf(scope) === 'sandbox' ? scope.slice(0, -SANDBOX_SUFFIX.length) : scope;
}
