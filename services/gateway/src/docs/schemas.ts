import { ERROR_CODES, LANGUAGES } from '@stakewatch/contracts';
import { type TSchema, Type } from '@sinclair/typebox';
import { ALERT_SCHEMAS } from '../alerts/openapi';
import { BONUS_SCHEMAS } from '../bonus-changes/openapi';
import { DECISION_SCHEMAS } from '../decisions/openapi';
import { LIST_SCHEMAS } from '../lists/openapi';
import { RULE_SCHEMAS } from '../rules/openapi';
import { TRANSACTION_SCHEMAS } from '../transactions/openapi';
import { WEBHOOK_ENDPOINT_SCHEMAS } from '../webhook-endpoints/openapi';
import { MAX_BATCH_EVENTS } from '../events/batch';
import { FlatEvent, GroupedEvent } from '../events/schemas';
import { FieldErrors } from './field-errors';
import { nullable } from './surface-writer';

const ref = (name: string): TSchema => Type.Unsafe({ $ref: `#/components/schemas/${name}` });
const Uuid = Type.String({ format: 'uuid' });

const EVENT = Type.Union([ref('GroupedEvent'), ref('FlatEvent')], { description: 'Grouped when it has one of the groups, flat otherwise.' });

/** Components of the OpenAPI document; GroupedEvent and FlatEvent are the very schemas that validate. */
export const COMPONENT_SCHEMAS: Record<string, TSchema> = {
  GroupedEvent,
  FlatEvent,
  Event: EVENT,
  EventBatch: Type.Object({ events: Type.Array(ref('Event'), { minItems: 1, maxItems: MAX_BATCH_EVENTS }) }, { additionalProperties: false }),
  EventAccepted: Type.Object({
    success: Type.Literal(true),
    data: Type.Object({
      uuid: Uuid,
      event_month: Type.Integer({ description: "Month of the event's own timestamp in UTC, YYYYMM." }),
      external_event_id: Type.String(),
      amount_cents: Type.Integer({ description: 'amount x 100, for every currency.' }),
      amount: Type.Integer(),
      currency: Type.String(),
      received_at: Type.String({ format: 'date-time' }),
    }),
  }),
  BatchResults: Type.Object({
    success: Type.Literal(true),
    data: Type.Object({
      success_count: Type.Integer(),
      failed_count: Type.Integer(),
      events: Type.Array(
        Type.Object({
          uuid: nullable(Uuid),
          external_event_id: Type.Optional(Type.String({ description: 'Absent when it could not be read.' })),
          error: Type.Optional(Type.String({ description: 'Names the field and the value; only where uuid is null.' })),
        }),
        { description: 'In the order sent.' },
      ),
    }),
  }),
  EventStatus: Type.Object({
    uuid: Uuid,
    status: Type.Unsafe({ type: 'string', enum: ['PENDING', 'PROCESSED', 'FAILED'] }),
    processed_at: nullable(Type.String({ format: 'date-time' })),
    reason: Type.Optional(Type.String({ description: 'Why it failed.' })),
  }),
  Lookup: Type.Object({ id: Type.Integer(), code: Type.String(), name: Type.String() }),
  PaymentOperator: Type.Object({ id: Type.Integer(), code: Type.String(), name: Type.String(), country: nullable(Type.String({ description: 'ISO 3166-1 alpha-3.' })) }),
  Lookups: Type.Object({
    event_types: Type.Array(ref('Lookup')),
    game_types: Type.Array(ref('Lookup')),
    device_types: Type.Array(ref('Lookup')),
    operators: Type.Array(ref('PaymentOperator')),
  }),
  ...BONUS_SCHEMAS,
  ...TRANSACTION_SCHEMAS,
  ...LIST_SCHEMAS,
  ...RULE_SCHEMAS,
  ...DECISION_SCHEMAS,
  ...ALERT_SCHEMAS,
  ...WEBHOOK_ENDPOINT_SCHEMAS,
  Error: Type.Object({
    status: Type.Literal('error'),
    code: Type.Unsafe({ type: 'string', enum: Object.keys(ERROR_CODES) }),
    message: Type.String({ description: `In the language that Accept-Language prefers among ${LANGUAGES.join(', ')}.` }),
    timestamp: Type.String({ format: 'date-time' }),
    requestId: Type.String({ description: 'Also the X-Request-Id header.' }),
    errors: Type.Optional(FieldErrors),
  }),
};
