import { type TSchema, Type } from '@sinclair/typebox';
import { LABELS } from '../decisions/label-body';
import { choice, type Json, nullable, type SurfaceWriter } from '../docs/surface-writer';
import { boundParameters, queryParameter } from '../pages/page-query';
import { MAX_PLAYER, MAX_RULE, MODES, SEVERITIES, STATUSES } from './page-query';
import { MAX_ATTEMPTS } from './routes';

const Instant = Type.String({ format: 'date-time', description: 'UTC, with microseconds.' });
const Uuid = Type.String({ format: 'uuid' });

const head = {
  id: Uuid,
  revision: Type.Integer({ description: '1 when raised; each later change by late evidence adds one.' }),
  status: Type.Unsafe<string>({ type: 'string', enum: [...STATUSES], description: 'withdrawn: late evidence showed that the condition did not hold.' }),
  mode: choice(MODES),
  rule_id: Type.String(),
  rule_version: Type.Integer(),
  rule_title: Type.String(),
  severity: choice(SEVERITIES),
  score: Type.Number(),
  tags: Type.Array(Type.String()),
  subject_type: Type.String({ description: 'player, session, device, phone, ip or ring.' }),
  subject: Type.String({ description: 'Whom the rule counts by.' }),
  player_id: Type.String({ description: 'Player of the event that triggered it.' }),
  currency: Type.String({ description: 'Currency of the event that triggered it, ISO 4217; of a bonus rule currencyCode of the bonus, empty if it has none.' }),
  event_uuid: Uuid,
  event_timestamp: Instant,
  event_count: Type.Integer({ description: 'How many events contributed.' }),
  decided_at: Instant,
};
const said = { label: choice(LABELS), note: nullable(Type.String()), by: Type.String(), labelled_at: Instant };

const Attempt = Type.Object({
  delivery_id: Type.String({ format: 'uuid', description: 'Sent as webhook-id.' }),
  endpoint_id: Type.String(),
  url: Type.String(),
  event_type: Type.String(),
  revision: Type.Integer(),
  attempt: Type.Integer(),
  reason: choice(['schedule', 'resend']),
  outcome: choice(['delivered', 'failed', 'refused', 'abandoned']),
  http_status: nullable(Type.Integer()),
  error: nullable(Type.String()),
  response_excerpt: nullable(Type.String()),
  started_at: Instant,
  duration_ms: Type.Number(),
  next_attempt_at: nullable(Instant),
});

export const ALERT_SCHEMAS: Record<string, TSchema> = {
  AlertPage: Type.Object({ items: Type.Array(Type.Object({ ...head, label: nullable(choice(LABELS)) })), next: nullable(Type.String({ description: 'Give it as after for the next page; null on the last.' })) }),
  AlertDetail: Type.Object({
    ...head,
    window_start: Instant,
    window_end: Instant,
    facts: Type.Array(Type.Object({ name: Type.String(), value: Type.Number(), window_start: Instant, window_end: Instant, truncated: Type.Boolean({ description: 'The value is a lower bound.' }) })),
    settings: Type.Unsafe({ description: 'What the rule ran with; of a ring, its members and what they share.' }),
    event_uuids: Type.Array(Uuid, { description: 'The newest 100 events that contributed, oldest first.' }),
    event_received_at: Instant,
    attempts: Type.Array(Attempt, { description: `Attempts to deliver any of its revisions, the newest ${MAX_ATTEMPTS}, newest first.` }),
    attempts_total: Type.Integer(),
    label: nullable(Type.Object(said)),
    labels: Type.Array(Type.Object(said), { description: 'Every label, oldest first.' }),
  }),
};

const QUERY = [
  queryParameter('rule', { type: 'string', minLength: 1, maxLength: MAX_RULE }),
  queryParameter('player', { type: 'string', minLength: 1, maxLength: MAX_PLAYER }, 'Player of the event that triggered it.'),
  queryParameter('status', { type: 'string', enum: [...STATUSES] }),
  queryParameter('severity', { type: 'string', enum: [...SEVERITIES] }),
  queryParameter('mode', { type: 'string', enum: [...MODES] }),
  ...boundParameters('Decided (the newest revision)'),
];
const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };

export function alertPaths({ success, failure, common, rateHeaders }: SurfaceWriter): Json {
  const operation = (operationId: string, summary: string, schema: string, parameters: readonly Json[], responses: Json): Json => ({ tags: ['Alerts'], operationId, summary, parameters, responses: { '200': success('Done.', schema), ...responses, ...common } });
  return {
    '/api/v1/alerts': { get: operation('getAlerts', 'Page through alerts, newest first', 'AlertPage', QUERY, { '400': failure('Not valid: errors names the parameter.', rateHeaders) }) },
    '/api/v1/alerts/{id}': {
      get: operation('getAlert', 'Read an alert with its evidence, delivery attempts and labels', 'AlertDetail', [ID], { '400': failure('Not a readable request.', rateHeaders), '404': failure('No such alert of your company.', rateHeaders) }),
    },
  };
}
