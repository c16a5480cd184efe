import { randomBytes } from 'node:crypto';
import { type FieldError, WebhookEndpointRecord } from '@stakewatch/contracts';
import { randomBase62 } from './base62';
import { type Decision, notFound, refuse, unchanged, write } from './decision';
import { writeChecked } from './validate';

/** Events a webhook endpoint may subscribe to (spec README, "Partners": for document 000). */
export const WEBHOOK_EVENTS = ['alert.created', 'alert.updated'] as const;

export interface NewEndpoint {
  /** Company scope: acme or acme-sandbox. */
  readonly companyId: string;
  readonly url: string;
  readonly events: readonly string[];
}

/** A Standard Webhooks signing secret: whsec_ and 32 random bytes in base64. Shown once. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
export const newEndpointId = (): string => `we_${randomBase62(16)}`;

export interface EndpointIdentity {
  readonly id: string;
  readonly secret: string;
}

/** Creates an endpoint. The same company, URL and events again: unchanged, and the secret of the first stays in force. */
export function createEndpoint(existing: Iterable<WebhookEndpointRecord>, request: NewEndpoint, identity: EndpointIdentity, now: Date): Decision<WebhookEndpointRecord> {
  const events = [...new Set(request.events)].sort();
  for (const endpoint of existing) {
    if (endpoint.companyId !== request.companyId || endpoint.url !== request.url) continue;
    return sameList(endpoint.events, events)
      ? unchanged(endpoint)
      : refuse('conflict', `${request.companyId} has an endpoint with this URL and other events (${endpoint.id}); delete it first.`, [{ path: 'url', message: 'is taken' }]);
  }
  const at = now.toISOString();
  const record: WebhookEndpointRecord = { id: identity.id, companyId: request.companyId, url: request.url, events, secrets: [identity.secret], status: 'enabled', disabledReason: null, disabledAt: null, disabledBy: null, createdAt: at, updatedAt: at };
  return writeChecked(WebhookEndpointRecord, record, [...urlFaults(request.url), ...eventFaults(events)]);
}

type Change = Decision<WebhookEndpointRecord>;

/** From here until finishRotation both secrets sign, the new one first. A rotation under way must be finished before the next. */
export function rotateSecret(current: WebhookEndpointRecord | undefined, id: string, secret: string, now: Date): Change {
  if (current === undefined) return notFound('webhook endpoint', id);
  const [newest, older] = current.secrets;
  if (newest === secret) return unchanged(current);
  if (older !== undefined) return refuse('conflict', `Endpoint ${id} is in a rotation already; finish it first.`);
  return write({ ...current, secrets: [secret, newest as string], updatedAt: now.toISOString() });
}

/** Drops the older secret. */
export function finishRotation(current: WebhookEndpointRecord | undefined, id: string, now: Date): Change {
  if (current === undefined) return notFound('webhook endpoint', id);
  return current.secrets.length === 1 ? unchanged(current) : write({ ...current, secrets: current.secrets.slice(0, 1), updatedAt: now.toISOString() });
}

export function enableEndpoint(current: WebhookEndpointRecord | undefined, id: string, now: Date): Change {
  if (current === undefined) return notFound('webhook endpoint', id);
  return current.status === 'enabled' ? unchanged(current) : write({ ...current, status: 'enabled', disabledReason: null, disabledAt: null, disabledBy: null, updatedAt: now.toISOString() });
}

/** What its company (scope) may do by itself: not with another's, nor with one that was disabled by hand. */
export function enableOwnEndpoint(current: WebhookEndpointRecord | undefined, companyId: string, id: string, now: Date): Change {
  if (current?.companyId !== companyId) return notFound('webhook endpoint', id);
  if (current.status === 'disabled' && current.disabledBy === 'hand') return refuse('conflict', `Endpoint ${id} was disabled by hand.`);
  return enableEndpoint(current, id, now);
}

/** By hand, also where the dispatcher was first: its company cannot enable it then. @param reason shown to the owner, e.g. "by hand". */
export function disableEndpoint(current: WebhookEndpointRecord | undefined, id: string, reason: string, now: Date): Change {
  if (current === undefined) return notFound('webhook endpoint', id);
  if (current.status === 'disabled' && current.disabledBy === 'hand') return unchanged(current);
  const at = now.toISOString();
  return write({ ...current, status: 'disabled', disabledReason: reason, disabledAt: (current.status === 'disabled' ? current.disabledAt : null) ?? at, disabledBy: 'hand', updatedAt: at });
}

/** Form only: which addresses may be connected to is checked by the dispatcher when it connects. */
function urlFaults(text: string): FieldError[] {
  if (!URL.canParse(text)) return [{ path: 'url', message: 'must be an absolute URL' }];
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return [{ path: 'url', message: 'must start with https:// (or http://)' }];
  if (url.username !== '' || url.password !== '') return [{ path: 'url', message: 'must not hold credentials: messages are signed instead' }];
  return url.hash === '' ? [] : [{ path: 'url', message: 'must not have a fragment' }];
}

function eventFaults(events: readonly string[]): FieldError[] {
  const known: readonly string[] = WEBHOOK_EVENTS;
  return events.flatMap((event, index) => (known.includes(event) ? [] : [{ path: `events.${index}`, message: `must be one of ${known.join(', ')}` }]));
}

const sameList = (a: readonly string[], b: readonly string[]) => a.length === b.length && [...a].sort().every((item, index) => item === b[index]);
