import { type Static, Type } from '@sinclair/typebox';
import type { Allowed } from '@stakewatch/rules';
import { FactDefinition } from '../facts/definition';
import { ACTIVITY_CODES, type ActivityCode } from './codes';
import type { Settings } from './settings';

const strict = { additionalProperties: false } as const;
/** Whole days at most: histories are kept by number, not by time. */
const ExampleTransaction = Type.Object(
  {
    amount: Type.Optional(Type.Number({ minimum: 0 })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    transaction_type: Type.Optional(Type.String({ maxLength: 50 })),
    account_type: Type.Optional(Type.Unsafe<'individual' | 'corporate'>({ type: 'string', enum: ['individual', 'corporate'] })),
    status: Type.Optional(Type.String({ maxLength: 50 })),
    /** Account number of the origin; its bank is 001. */
    origin: Type.Optional(Type.String({ maxLength: 64 })),
    destination: Type.Optional(Type.String({ maxLength: 64 })),
    customer_name: Type.Optional(Type.String({ maxLength: 200 })),
    customer_email: Type.Optional(Type.String({ maxLength: 254 })),
    ip_address: Type.Optional(Type.String({ maxLength: 45 })),
    location: Type.Optional(Type.String({ maxLength: 200 })),
    /** Seconds after the one before; default 60. */
    after: Type.Optional(Type.Number({ minimum: 0 })),
    repeat: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  strict,
);
export type ExampleTransaction = Static<typeof ExampleTransaction>;

const Example = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 200 })),
    given: Type.Array(ExampleTransaction, { minItems: 1, maxItems: 200 }),
    settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** Whether the rule holds on the last transaction. */
    then: Type.Unsafe<'holds' | 'silent'>({ type: 'string', enum: ['holds', 'silent'] }),
  },
  strict,
);

/** A transaction rule as data. `when` is a CEL condition over facts, settings and the transaction's own values, all by name. */
export const TransactionRuleSchema = Type.Object(
  {
    kind: Type.Literal('transaction'),
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' }),
    version: Type.Optional(Type.Integer({ minimum: 1 })),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    description: Type.String({ minLength: 1, maxLength: 2000 }),
    facts: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9_]{0,39}$' }), FactDefinition, { maxProperties: 12, additionalProperties: false }),
    when: Type.String({ minLength: 1, maxLength: 2000 }),
    settings: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }), Type.Unknown(), { maxProperties: 30, additionalProperties: false })),
    /** What each setting may be; read by checkAllowed. A built-in rule declares all of them. */
    allowed: Type.Optional(Type.Unknown()),
    outcome: Type.Object(
      {
        code: Type.Unsafe<ActivityCode>({ type: 'integer', enum: Object.keys(ACTIVITY_CODES).map(Number) }),
        /** What the rule adds to the fraud percentage, 0 to 100; 0 for the safe codes. */
        score: Type.Number({ minimum: 0, maximum: 100 }),
        /** Text for `comment`, with {names} of facts, settings and values; {match}: one text per list entry met. Absent: says nothing. */
        comment: Type.Optional(Type.String({ maxLength: 500 })),
        tags: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: 20 })),
      },
      strict,
    ),
    examples: Type.Optional(Type.Array(Example, { maxItems: 50 })),
  },
  strict,
);
export type TransactionRule = Omit<Static<typeof TransactionRuleSchema>, 'settings' | 'allowed'> & { readonly settings?: Settings; readonly allowed?: Allowed };
