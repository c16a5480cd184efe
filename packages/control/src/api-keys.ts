import { ApiKeyRecord, type CompanyRecord } from '@stakewatch/contracts';
import { issueApiKey, type IssuedApiKey, type NewApiKey } from './api-key';
import { type Decision, notFound, refuse, type Refusal, unchanged, write } from './decision';
import { faultsOf, refuseFields } from './validate';

/**
 * Issues a key for a company that exists. A second active key of the same name is refused rather than repeated: the first one's
 * secret can't be shown again, and two keys that can't be told apart can't be revoked with confidence.
 */
export function createApiKey(company: CompanyRecord | undefined, existing: Iterable<ApiKeyRecord>, request: NewApiKey): IssuedApiKey | { readonly kind: 'refused'; readonly refusal: Refusal } {
  if (company === undefined) return notFound('company', request.companyId);
  if (request.name.trim() === '') return refuseFields([{ path: 'name', message: 'must say what the key is for' }]);
  for (const key of existing) {
    if (key.companyId === request.companyId && key.environment === request.environment && key.name === request.name && key.revokedAt === null) {
      return refuse('conflict', `Company ${request.companyId} has an active ${request.environment} key named ${JSON.stringify(request.name)} (${key.id}); revoke it or choose another name.`, [{ path: 'name', message: 'is taken' }]);
    }
  }
  const issued = issueApiKey(request);
  const errors = faultsOf(ApiKeyRecord, issued.record);
  return errors.length === 0 ? issued : refuseFields(errors);
}

/** The record stays, with its time of revocation, so that it can be told apart from a key that never was. */
export function revokeApiKey(current: ApiKeyRecord | undefined, id: string, now: Date): Decision<ApiKeyRecord> {
  if (current === undefined) return notFound('API key', id);
  return current.revokedAt === null ? write({ ...current, revokedAt: now.toISOString() }) : unchanged(current);
}
