import type { WebhookEndpointRecord } from '@stakewatch/contracts';
import { addOperator } from './lookups';
import { createApiKey, revokeApiKey } from './api-keys';
import { createCompany, renameCompany, setPlan } from './companies';
import type { Decision } from './decision';
import { requestResend } from './resends';
import { createEndpoint, disableEndpoint, enableEndpoint, enableOwnEndpoint, finishRotation, newEndpointId, newWebhookSecret, rotateSecret } from './webhook-endpoints';

const now = new Date('2026-11-21T10:00:00.000Z');
const later = new Date('2026-11-21T11:00:00.000Z');
const written = <T>(decision: Decision<T>): T => {
  if (decision.kind !== 'write') throw new Error(`expected a write, got ${JSON.stringify(decision)}`);
  return decision.record;
};
const paths = (decision: { kind: string }) => (decision as unknown as { refusal: { errors: { path: string }[] } }).refusal.errors.map(({ path }) => path);

describe('companies', () => {
  const acme = written(createCompany(undefined, { id: 'acme', name: 'Acme', plan: 'standard' }, now));

  test('created once; the same again changes nothing, other content is refused', () => {
    expect(acme).toEqual({ id: 'acme', name: 'Acme', plan: 'standard', createdAt: now.toISOString() });
    expect(createCompany(acme, { id: 'acme', name: 'Acme', plan: 'standard' }, later)).toEqual({ kind: 'unchanged', record: acme });
    expect(createCompany(acme, { id: 'acme', name: 'Other', plan: 'standard' }, later)).toMatchObject({ kind: 'refused', refusal: { code: 'conflict' } });
  });

  test('what differs is told, each with the command that changes it', () => {
    const { refusal } = createCompany(acme, { id: 'acme', name: 'Acme Bets', plan: 'premium', requestsPerMinute: 5 }, later) as unknown as { refusal: { message: string; errors: { path: string; message: string }[] } };
    expect(refusal.message).toBe('Company acme exists with another name and plan and requestsPerMinute; nothing was changed.');
    expect(refusal.errors).toEqual([
      { path: 'name', message: 'is "Acme"; `stakewatch companies rename acme "Acme Bets"` changes it' },
      { path: 'plan', message: 'is standard; `stakewatch companies set-plan acme --plan premium` changes it' },
      { path: 'requestsPerMinute', message: "is the plan's; `stakewatch companies set-plan acme --requests-per-minute 5` changes it" },
    ]);
    const own = written(setPlan(acme, 'acme', { requestsPerMinute: 5 }));
    expect(createCompany(own, { id: 'acme', name: 'Acme', plan: 'standard' }, later)).toMatchObject({ refusal: { errors: [{ message: expect.stringContaining('is 5; `stakewatch companies set-plan acme --no-requests-per-minute`') as string }] } });
  });

  test('renamed, and nothing else of it changes', () => {
    expect(written(renameCompany(acme, 'acme', 'Acme Bets'))).toEqual({ ...acme, name: 'Acme Bets' });
    expect(renameCompany(acme, 'acme', 'Acme')).toEqual({ kind: 'unchanged', record: acme });
    expect(renameCompany(undefined, 'nope', 'x')).toMatchObject({ refusal: { code: 'not_found', what: 'company' } });
    expect(paths(renameCompany(acme, 'acme', ''))).toEqual(['name']);
  });

  test('every field at fault is named', () => {
    expect(paths(createCompany(undefined, { id: 'Acme!', name: '', plan: 'gold' as never, requestsPerMinute: 0 }, now)).sort()).toEqual(['id', 'name', 'plan', 'requestsPerMinute']);
    expect(paths(createCompany(undefined, { id: 'acme-sandbox', name: 'x', plan: 'standard' }, now))).toEqual(['id']);
  });

  test('a limit of its own is set, kept when the plan changes, and taken away with null', () => {
    const limited = written(setPlan(acme, 'acme', { requestsPerMinute: 9000 }));
    expect(written(setPlan(limited, 'acme', { plan: 'premium' }))).toMatchObject({ plan: 'premium', requestsPerMinute: 9000 });
    expect(written(setPlan(limited, 'acme', { requestsPerMinute: null }))).toEqual(acme);
    expect(setPlan(acme, 'acme', { plan: 'standard' }).kind).toBe('unchanged');
    expect(setPlan(undefined, 'nobody', {})).toMatchObject({ refusal: { code: 'not_found' } });
  });
});

describe('API keys', () => {
  const company = { id: 'acme', name: 'Acme', plan: 'standard' as const, createdAt: now.toISOString() };
  const request = { companyId: 'acme', environment: 'live' as const, name: 'till', pepper: 'p'.repeat(32), now };

  test('a second active key of the same name is refused, until the first is revoked', () => {
    const first = createApiKey(company, [], request);
    if ('refusal' in first) throw new Error(first.refusal.message);
    expect(createApiKey(company, [first.record], request)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'name' }] } });
    expect(createApiKey(company, [first.record], { ...request, environment: 'sandbox' })).toHaveProperty('key');
    const revoked = written(revokeApiKey(first.record, first.record.id, later));
    expect(createApiKey(company, [revoked], request)).toHaveProperty('key');
    expect(revokeApiKey(revoked, revoked.id, later)).toEqual({ kind: 'unchanged', record: revoked });
  });

  test('a key needs a company and a name', () => {
    expect(createApiKey(undefined, [], request)).toMatchObject({ refusal: { code: 'not_found' } });
    expect(createApiKey(company, [], { ...request, name: ' ' })).toMatchObject({ refusal: { errors: [{ path: 'name' }] } });
  });
});

describe('webhook endpoints', () => {
  const request = { companyId: 'acme', url: 'https://acme.example/hooks', events: ['alert.created'] };
  const make = (over: Partial<typeof request> = {}) => createEndpoint([], { ...request, ...over }, { id: newEndpointId(), secret: newWebhookSecret() }, now);
  const endpoint = written(make());

  test('secrets have 32 random bytes', () => {
    expect(endpoint.secrets[0]).toMatch(/^whsec_/);
    expect(Buffer.from((endpoint.secrets[0] as string).slice(6), 'base64')).toHaveLength(32);
  });

  test('the same again changes nothing; other events are refused', () => {
    const again = { id: newEndpointId(), secret: newWebhookSecret() };
    expect(createEndpoint([endpoint], request, again, later)).toEqual({ kind: 'unchanged', record: endpoint });
    expect(createEndpoint([endpoint], { ...request, events: ['alert.updated'] }, again, later)).toMatchObject({ refusal: { code: 'conflict' } });
    expect(createEndpoint([endpoint], { ...request, companyId: 'zenith' }, again, later).kind).toBe('write');
  });

  test.each(['acme.example/hooks', 'ftp://acme.example', 'https://user:pass@acme.example', 'https://acme.example/#x', 'javascript:alert(1)'])('%s is no endpoint', (url) => {
    expect(paths(make({ url }))).toEqual(['url']);
  });

  test('unknown events are named one by one', () => {
    expect(paths(make({ events: ['alert.created', 'alert.deleted'] }))).toEqual(['events.1']);
    expect(paths(make({ events: [] }))).toEqual(['events']);
  });

  test('during a rotation both secrets are there, the new one first; a second rotation waits for the first', () => {
    const rotating = written(rotateSecret(endpoint, endpoint.id, 'whsec_new', later));
    expect(rotating.secrets).toEqual(['whsec_new', endpoint.secrets[0]]);
    expect(rotateSecret(rotating, endpoint.id, 'whsec_newer', later)).toMatchObject({ refusal: { code: 'conflict' } });
    expect(written(finishRotation(rotating, endpoint.id, later)).secrets).toEqual(['whsec_new']);
    expect(finishRotation(endpoint, endpoint.id, later).kind).toBe('unchanged');
  });

  test('disabling says why, enabling forgets it', () => {
    const disabled = written(disableEndpoint(endpoint, endpoint.id, 'by hand', later));
    expect(disabled).toMatchObject({ status: 'disabled', disabledReason: 'by hand', updatedAt: later.toISOString() });
    expect(written(enableEndpoint(disabled, endpoint.id, later))).toMatchObject({ status: 'enabled', disabledReason: null, disabledAt: null, disabledBy: null });
  });

  test('its company enables what was disabled for its failures, not what was disabled by hand, and nothing of others', () => {
    const failed: WebhookEndpointRecord = { ...endpoint, status: 'disabled', disabledReason: 'the endpoint answered 410 Gone', disabledAt: now.toISOString(), disabledBy: 'failures' };
    expect(written(enableOwnEndpoint(failed, endpoint.companyId, endpoint.id, later))).toMatchObject({ status: 'enabled', updatedAt: later.toISOString() });
    const byHand = written(disableEndpoint(failed, endpoint.id, 'spam', later));
    expect(byHand).toMatchObject({ disabledReason: 'spam', disabledAt: now.toISOString(), disabledBy: 'hand' });
    expect(disableEndpoint(byHand, endpoint.id, 'again', later).kind).toBe('unchanged');
    expect(enableOwnEndpoint(byHand, endpoint.companyId, endpoint.id, later)).toMatchObject({ refusal: { code: 'conflict' } });
    expect(enableOwnEndpoint(endpoint, endpoint.companyId, endpoint.id, later).kind).toBe('unchanged');
    expect(enableOwnEndpoint(failed, `${endpoint.companyId}-sandbox`, endpoint.id, later)).toMatchObject({ refusal: { code: 'not_found' } });
    expect(enableOwnEndpoint(undefined, endpoint.companyId, endpoint.id, later)).toMatchObject({ refusal: { code: 'not_found' } });
  });
});

describe('operators', () => {
  test('continue the ids of the document, and are added once', () => {
    const added = written(addOperator([], { code: 'MPESA_KE', name: 'M-Pesa Kenya', country: 'KEN' }));
    expect(added.id).toBe(17);
    expect(addOperator([added], { code: 'MPESA_KE', name: 'M-Pesa Kenya', country: 'KEN' }).kind).toBe('unchanged');
    expect(addOperator([added], { code: 'MPESA_KE', name: 'Other', country: 'KEN' })).toMatchObject({ refusal: { code: 'conflict' } });
    expect(written(addOperator([added], { code: 'AIRTEL_KE', name: 'Airtel Money Kenya', country: 'KEN' })).id).toBe(18);
    expect(addOperator([], { code: 'WAVE_SN', name: 'Wave Senegal', country: 'SEN' }).kind).toBe('unchanged');
    expect(paths(addOperator([], { code: 'm-pesa', name: '', country: 'Kenya' })).sort()).toEqual(['code', 'country', 'name']);
  });
});

test('a resend names an alert by its uuid', () => {
  const resend = { commandId: '550e8400-e29b-41d4-a716-446655440000', companyId: 'acme', alertId: 'nope', revision: 0, endpointId: null, requestedBy: 'cli' };
  expect(paths(requestResend(resend, now)).sort()).toEqual(['alertId', 'revision']);
  expect(requestResend(resend, now)).toMatchObject({ refusal: { message: expect.stringContaining('alertId must be a uuid') as string } });
  expect(requestResend({ ...resend, alertId: resend.commandId, revision: null }, now).kind).toBe('write');
  expect(requestResend({ ...resend, alertId: resend.commandId, revision: 2_147_483_647 }, now).kind).toBe('write');
});

test('what the history cannot be asked for is no resend: it would be waited for, and every resend behind it', () => {
  const resend = { commandId: '550e8400-e29b-41d4-a716-446655440000', companyId: 'acme', alertId: 'urn:uuid:550e8400-e29b-41d4-a716-446655440000', revision: 2_147_483_648, endpointId: null, requestedBy: 'cli' };
  expect(paths(requestResend(resend, now)).sort()).toEqual(['alertId', 'revision']);
});
