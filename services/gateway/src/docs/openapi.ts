import { alertPaths } from '../alerts/openapi';
import { bonusPaths } from '../bonus-changes/openapi';
import { decisionPaths } from '../decisions/openapi';
import { listPaths } from '../lists/openapi';
import { rulePaths } from '../rules/openapi';
import { transactionPaths } from '../transactions/openapi';
import { webhookEndpointPaths } from '../webhook-endpoints/openapi';
import { BATCH_EXAMPLE, CURL_EXAMPLE, GROUPED_EXAMPLE } from './examples';
import { COMPONENT_SCHEMAS } from './schemas';
import type { Json, SurfaceWriter } from './surface-writer';

const RATE_HEADERS = {
  'X-RateLimit-Limit': header('Maximum requests allowed per minute.', 1000),
  'X-RateLimit-Remaining': header('Remaining requests in the current window.', 950),
  'X-RateLimit-Reset': header('Unix timestamp when the rate limit resets.', 1_707_321_600),
};
const REQUEST_ID_HEADER = { 'X-Request-Id': { description: "The request's id, as sent or made.", schema: { type: 'string' } } };
const RETRY_AFTER = { 'Retry-After': header('Seconds to wait before retrying.', 45) };

function header(description: string, example: number): Json {
  return { description, schema: { type: 'integer' }, example };
}

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

function success(description: string, schema: string): Json {
  return { description, headers: { ...REQUEST_ID_HEADER, ...RATE_HEADERS }, content: { 'application/json': { schema: reference(schema) } } };
}

function failure(description: string, headers: Json = {}): Json {
  return { description, headers: { ...REQUEST_ID_HEADER, ...headers }, content: { 'application/json': { schema: reference('Error') } } };
}

const COMMON = {
  '401': failure('The API key is missing, unknown or revoked.'),
  '429': failure('The rate limit of the plan is reached.', { ...RATE_HEADERS, ...RETRY_AFTER }),
  '500': failure('Something failed on our side; retry with exponential backoff.', RATE_HEADERS),
  '503': failure('Not accepted, or not available right now; retry after Retry-After seconds.', { ...RATE_HEADERS, ...RETRY_AFTER }),
};

const INGEST = {
  '400': failure('The body is not valid: errors names each field and value.', RATE_HEADERS),
  '409': failure('The Idempotency-Key was used with another body; nothing was written.', RATE_HEADERS),
  '413': failure('The body is larger than allowed.', RATE_HEADERS),
  '415': failure('Only application/json is taken, plain or gzip.', RATE_HEADERS),
  ...COMMON,
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same body gets the stored answer for 24 hours; with another body 409. Events are idempotent by their event_id without it.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** How surfaces whose callers wait for a decision write their answers. */
const deciding: SurfaceWriter = { success, failure, common: { ...COMMON, '504': failure('Kept, and not decided in time: send the same transaction again, or read it by its id.', RATE_HEADERS) }, rateHeaders: RATE_HEADERS, retryHeaders: RETRY_AFTER };

/** OpenAPI 3.1 of the gateway, made of the schemas that validate. */
export function openApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Betting Monitor API',
      version,
      description: 'Real-time betting event ingestion and fraud detection. Money is in whole currency units. An event is the same event when company and event_id are the same: sent again it gets the same uuid and counts once.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This gateway' }],
    security: [{ ApiKey: [] }],
    tags: [
      { name: 'Events', description: 'Send events and follow their processing.' },
      { name: 'Bonuses', description: 'Send bonus changes, get them scored in the same call, and see what ties players.' },
      { name: 'Transactions', description: 'Send payments and get an activity code in the same call.' },
      { name: 'Lists', description: 'Black- and whitelists of accounts, banks, e-mail addresses, names and IP ranges.' },
      { name: 'Alerts', description: 'Page through alerts, and read one with its evidence and its deliveries.' },
      { name: 'Decisions', description: 'Read decisions and alerts with their facts, and say what they turned out to be.' },
      { name: 'Rules', description: 'Read, check, try and set the rules that decide, and write your own.' },
      { name: 'Webhooks', description: 'See how your webhook endpoints stand, and enable one that was disabled.' },
      { name: 'Lookups', description: 'Codes to use in events.' },
    ],
    paths: {
      '/api/v1/events': { post: ingestSingle() },
      '/api/v1/events/batch': { post: ingestBatch() },
      '/api/v1/events/{uuid}/status': { get: readStatus() },
      '/api/v1/lookups': { get: readLookups() },
      ...bonusPaths(deciding),
      ...transactionPaths(deciding),
      ...listPaths({ ...deciding, common: COMMON }),
      ...rulePaths({ ...deciding, common: COMMON }),
      ...alertPaths({ ...deciding, common: COMMON }),
      ...decisionPaths({ ...deciding, common: COMMON }),
      ...webhookEndpointPaths({ ...deciding, common: COMMON }),
    },
    components: { securitySchemes: { ApiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'Your API key from the dashboard.' } }, schemas: COMPONENT_SCHEMAS },
  };
}

function ingestSingle(): Json {
  return {
    tags: ['Events'],
    operationId: 'ingestEvent',
    summary: 'Ingest a single betting event',
    description: 'Answered with 202 once the event is kept; it is processed in the background.',
    parameters: [IDEMPOTENCY_KEY],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: reference('Event'), examples: { grouped: { summary: 'Grouped', value: GROUPED_EXAMPLE }, flat: { summary: 'Flat', value: CURL_EXAMPLE } } } },
    },
    responses: { '202': success('Accepted: the event is kept.', 'EventAccepted'), ...INGEST },
  };
}

function ingestBatch(): Json {
  return {
    tags: ['Events'],
    operationId: 'ingestEventBatch',
    summary: 'Ingest up to 1000 betting events',
    description: 'Each event succeeds or fails by itself; results stand in the order sent. One request for the rate limit.',
    parameters: [IDEMPOTENCY_KEY],
    requestBody: { required: true, content: { 'application/json': { schema: reference('EventBatch'), example: BATCH_EXAMPLE } } },
    responses: { '200': success('Every event was looked at; those with a uuid are kept.', 'BatchResults'), ...INGEST },
  };
}

function readStatus(): Json {
  return {
    tags: ['Events'],
    operationId: 'getEventStatus',
    summary: 'Check the processing status of an event',
    parameters: [{ name: 'uuid', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
    responses: {
      '200': success('PENDING at once after acceptance; PROCESSED when every rule, the bonus rules too, has seen it and it is stored; FAILED while it, or what was handed on of it to rules, lies on a dead letter topic.', 'EventStatus'),
      '400': failure('Not a UUID.', RATE_HEADERS),
      '404': failure('No such event of your company.', RATE_HEADERS),
      ...COMMON,
    },
  };
}

function readLookups(): Json {
  return {
    tags: ['Lookups'],
    operationId: 'getLookups',
    summary: 'Lookup tables for event, game and device types and payment operators',
    responses: { '200': success('The tables.', 'Lookups'), '400': failure('Not a readable request.'), ...COMMON },
  };
}
