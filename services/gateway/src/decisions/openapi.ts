import { type TSchema, Type } from '@sinclair/typebox';
import { choice, type Json, nullable, type SurfaceWriter } from '../docs/surface-writer';
import { boundParameters, queryParameter } from '../pages/page-query';
import { MAX_ID } from './decision-id';
import { MAX_BATCH_LABELS } from './label-batch';
import { LABELS, MAX_BY, MAX_NOTE } from './label-body';
import { LABEL_FILTERS, MAX_OUTCOME, SERVICES } from './page-query';

const Instant = Type.String({ format: 'date-time', description: 'UTC, with microseconds.' });
const Uuid = Type.String({ format: 'uuid' });
const SUBJECT = choice(['transaction', 'bonus_change', 'alert', 'other']);

const said = { label: choice(LABELS), note: nullable(Type.String()), by: Type.String(), labelled_at: Instant };
const head = {
  id: Uuid,
  type: SUBJECT,
  service: Type.String(),
  kind: Type.String(),
  subject_id: Type.String({ description: 'What was decided on.' }),
  player_id: nullable(Type.String()),
  outcome: Type.String({ description: 'Activity code, GREEN or RED; of an alert its mode.' }),
  score: nullable(Type.Number()),
  decided_at: Instant,
};
const anything = (description: string): TSchema => Type.Unsafe({ description });

const toSay = {
  label: choice(LABELS),
  note: Type.Optional(nullable(Type.String({ maxLength: MAX_NOTE }))),
  by: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_BY, description: 'Who says so; the API key when absent.' })),
};
const ID_DESCRIPTION = 'Uuid of a decision or an alert, id of a bonus change, transaction:<transaction_id> or bonus:<txnId>';

export const DECISION_SCHEMAS: Record<string, TSchema> = {
  LabelRequest: Type.Object(toSay, { additionalProperties: false }),
  LabelBatch: Type.Object(
    { labels: Type.Array(Type.Object({ id: Type.String({ minLength: 1, maxLength: MAX_ID, description: `${ID_DESCRIPTION}.` }), ...toSay }, { additionalProperties: false }), { minItems: 1, maxItems: MAX_BATCH_LABELS }) },
    { additionalProperties: false },
  ),
  LabelBatchAnswer: Type.Object({
    labelled: Type.Integer({ description: 'Labels that were kept.' }),
    unchanged: Type.Integer({ description: 'Labels that stood already.' }),
    failed: Type.Integer(),
    results: Type.Array(
      Type.Union([
        Type.Object({ index: Type.Integer(), status: choice(['labelled', 'unchanged']), id: Uuid, type: SUBJECT, ...said }),
        Type.Object({
          index: Type.Integer(),
          status: choice(['failed']),
          id: nullable(Type.String({ description: 'As it was sent; null when it could not be read.' })),
          code: choice(['INVALID_BODY', 'INVALID_PARAMETER', 'NOT_FOUND', 'UNAVAILABLE']),
          errors: Type.Array(Type.Object({ path: Type.String({ description: 'Within the label.' }), message: Type.String() })),
        }),
      ]),
      { description: 'In the order sent. UNAVAILABLE: not known yet, to be sent again.' },
    ),
  }),
  LabelAnswer: Type.Object({ id: Uuid, type: SUBJECT, ...said }),
  Decision: Type.Object({
    ...head,
    facts: anything('What it rested on.'),
    rule_versions: Type.Record(Type.String(), Type.Integer()),
    answer: anything('The very body that the caller got; null for alerts.'),
    label: nullable(Type.Object(said)),
    labels: Type.Array(Type.Object(said), { description: 'Every label, oldest first.' }),
  }),
  DecisionPage: Type.Object({ items: Type.Array(Type.Object({ ...head, label: nullable(choice(LABELS)) })), next: nullable(Type.String({ description: 'Give it as after for the next page; null on the last.' })) }),
};

const ID = { name: 'id', in: 'path', required: true, description: `${ID_DESCRIPTION}; percent-encoded.`, schema: { type: 'string', maxLength: MAX_ID } };
const QUERY = [
  queryParameter('service', { type: 'string', enum: [...SERVICES] }),
  queryParameter('outcome', { type: 'string', minLength: 1, maxLength: MAX_OUTCOME }),
  queryParameter('label', { type: 'string', enum: [...LABEL_FILTERS] }, 'The label that stands; none: without one.'),
  ...boundParameters('Decided'),
];

export function decisionPaths({ success, failure, common, rateHeaders }: SurfaceWriter): Json {
  const bad = { '400': failure('Not valid: errors names each field.', rateHeaders) };
  const missing = { '404': failure('No such decision or alert of your company.', rateHeaders) };
  const operation = (operationId: string, summary: string, schema: string, more: Json, responses: Json = {}): Json => ({ tags: ['Decisions'], operationId, summary, ...more, responses: { '200': success('Done.', schema), ...bad, ...responses, ...common } });
  const bodies = { '413': failure('The body is larger than allowed.', rateHeaders), '415': failure('Only application/json is taken, plain or gzip.', rateHeaders) };
  return {
    '/api/v1/decisions': { get: operation('getDecisions', 'Page through decisions, newest first', 'DecisionPage', { parameters: QUERY }) },
    '/api/v1/decisions/labels': {
      post: operation(
        'labelDecisions',
        'Say what up to 1000 decisions or alerts turned out to be',
        'LabelBatchAnswer',
        {
          description: 'Each label is kept, found unchanged, or fails by itself; results stand in the order sent. What a batch says last of a decision stands. Sent again it changes nothing. One request for the rate limit.',
          requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/LabelBatch' }, example: { labels: [{ id: 'transaction:18772', label: 'fraud', note: 'chargeback received', by: 'ana' }, { id: 'bonus:txn-1', label: 'genuine' }] } } } },
        },
        bodies,
      ),
    },
    '/api/v1/decisions/{id}': { get: operation('getDecision', 'Read a decision or an alert with its facts and labels', 'Decision', { parameters: [ID] }, missing) },
    '/api/v1/decisions/{id}/label': {
      post: operation(
        'labelDecision',
        'Say what a decision or an alert turned out to be',
        'LabelAnswer',
        { description: 'Every label is kept; the newest stands. The same again gets the same answer.', parameters: [ID], requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/LabelRequest' }, example: { label: 'fraud', note: 'chargeback received' } } } } },
        { ...missing, ...bodies },
      ),
    },
  };
}
