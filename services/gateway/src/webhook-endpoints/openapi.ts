import { type TSchema, Type } from '@sinclair/typebox';
import { choice, type Json, nullable, type SurfaceWriter } from '../docs/surface-writer';
import { queryParameter } from '../pages/page-query';
import { ENDPOINT_PAGE } from './page-query';
import { ENDPOINT_STATUSES } from './shown';

const Instant = Type.String({ format: 'date-time' });

const Endpoint = Type.Object({
  id: Type.String(),
  url: Type.String({ description: 'Without query and user.' }),
  events: Type.Array(Type.String()),
  status: Type.Unsafe<string>({ type: 'string', enum: [...ENDPOINT_STATUSES], description: 'failing: the newest attempts failed; messages wait and are tried again. disabled: nothing is sent, messages wait.' }),
  failing_since: nullable(Type.String({ format: 'date-time', description: 'First failure since the last success.' })),
  failures: Type.Integer({ description: 'Failed attempts since then.' }),
  disables_at: nullable(Type.String({ format: 'date-time', description: 'The first failure after this disables it, unless something is delivered before.' })),
  disabled_at: nullable(Instant),
  disabled_by: Type.Unsafe({ ...choice(['failures', 'hand']), type: ['string', 'null'], enum: ['failures', 'hand', null], description: 'hand: by command; you cannot enable it by yourself.' }),
  disabled_reason: nullable(Type.String()),
  last_failure: nullable(Type.Object({ at: Instant, http_status: nullable(Type.Integer()), error: Type.String({ description: 'status_<n>, timeout, connection_failed and others: as an attempt records it.' }) }, { description: 'Of those since the last success; forgotten after 30 days.' })),
  pending: Type.Integer({ description: 'Messages that wait for it.' }),
  next_attempt_at: nullable(Type.String({ format: 'date-time', description: 'When the next of them is due; in the past while it is sent or its turn comes.' })),
  created_at: Instant,
  updated_at: Instant,
});

export const WEBHOOK_ENDPOINT_SCHEMAS: Record<string, TSchema> = {
  WebhookEndpoint: Endpoint,
  WebhookEndpointPage: Type.Object({ items: Type.Array(Endpoint), next: nullable(Type.String({ description: 'Give it as after for the next page; null on the last.' })) }),
};

const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^we_[0-9A-Za-z]{16}$' } };
const QUERY = [
  queryParameter('status', { type: 'string', enum: [...ENDPOINT_STATUSES] }),
  queryParameter('limit', { type: 'integer', minimum: ENDPOINT_PAGE.least, maximum: ENDPOINT_PAGE.most, default: ENDPOINT_PAGE.usual }),
  queryParameter('after', { type: 'string' }, 'next of the page before.'),
];

export function webhookEndpointPaths({ success, failure, common, rateHeaders }: SurfaceWriter): Json {
  const missing = { '404': failure('No such endpoint of your company.', rateHeaders) };
  const operation = (operationId: string, summary: string, schema: string, parameters: readonly Json[], responses: Json): Json => ({ tags: ['Webhooks'], operationId, summary, parameters, responses: { '200': success('Done.', schema), '400': failure('Not valid: errors names the parameter.', rateHeaders), ...responses, ...common } });
  return {
    '/api/v1/webhook-endpoints': { get: operation('getWebhookEndpoints', 'How your webhook endpoints stand', 'WebhookEndpointPage', QUERY, {}) },
    '/api/v1/webhook-endpoints/{id}': { get: operation('getWebhookEndpoint', 'How one webhook endpoint stands', 'WebhookEndpoint', [ID], missing) },
    '/api/v1/webhook-endpoints/{id}/enable': {
      post: operation('enableWebhookEndpoint', 'Enable an endpoint that was disabled for its failures; what waits for it is sent', 'WebhookEndpoint', [ID], { ...missing, '409': failure('It was disabled by hand.', rateHeaders) }),
    },
  };
}
