import { type TSchema, Type } from '@sinclair/typebox';
import { RULE_SERVICES } from '@stakewatch/control';
import { FieldErrors } from '../docs/field-errors';
import { choice, type Json, nullable, type SurfaceWriter } from '../docs/surface-writer';
import { BONUS_RULE_EXAMPLE, TRANSACTION_RULE_EXAMPLE, TRY_EXAMPLE, VELOCITY_RULE_EXAMPLE } from './examples';
import { RULE_MODES, RULE_PAGE } from './routes';
import { MAX_TRIED } from './try-body';

const ref = (name: string): TSchema => Type.Unsafe({ $ref: `#/components/schemas/${name}` });
const named = (description: string): TSchema => Type.Object({}, { additionalProperties: true, description });
const Instant = Type.String({ format: 'date-time' });
const strict = { additionalProperties: false };
const Id = Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' });
const Mode = choice(RULE_MODES);
const Author = Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'The API key when absent.' }));
const Expected = Type.Optional(Type.Integer({ minimum: 0, description: 'The version that the change rests on; 0: there is none yet. As If-Match and If-None-Match.' }));

const listed = {
  id: Id,
  service: choice(RULE_SERVICES),
  title: Type.String(),
  origin: choice(['built-in', 'own']),
  mode: Mode,
  version: Type.Integer({ minimum: 0, description: '0 while you have set nothing for a built-in rule.' }),
  severity: nullable(Type.String()),
  settings: named('In force: the defaults, and over them what you have set.'),
  allowed: named('By setting: what it may be (type, unit, min and max, or a list), and its default.'),
  ignored: { ...FieldErrors, description: 'Settings that you have set and that are not in force, as an older version took values that do not fit.' },
  updated_at: nullable(Instant),
  updated_by: nullable(Type.String()),
};

export const RULE_SCHEMAS: Record<string, TSchema> = {
  ListedRule: Type.Object(listed),
  RulePage: Type.Object({ items: Type.Array(ref('ListedRule')), next: nullable(Type.String({ description: 'Give it as after for the next page; null on the last.' })) }),
  Rule: Type.Object({ ...listed, definition: nullable(ref('RuleDefinition')) }),
  RuleDefinition: Type.Object(
    { kind: Type.Optional(choice(RULE_SERVICES)), id: Id, title: Type.String(), when: Type.String({ maxLength: 2000, description: 'A condition of the Common Expression Language over facts and settings.' }) },
    { additionalProperties: true, description: 'A rule as data; kind says of which service (velocity when absent), GET /api/v1/rules/facts what it can ask for, docs/rules.md the rest.' },
  ),
  RulePut: Type.Object({ definition: ref('RuleDefinition'), mode: Type.Optional(Mode), expected_version: Expected, author: Author }, strict),
  RuleChange: Type.Object({ mode: Type.Optional(Mode), settings: Type.Optional(named('Of a built-in rule, by name; null gives a setting its default back.')), expected_version: Expected, author: Author }, strict),
  RuleDeleted: Type.Object({ deleted: ref('Rule') }),
  RuleCheckRequest: Type.Object({ definition: ref('RuleDefinition') }, strict),
  RuleCheckResult: Type.Object({
    valid: Type.Boolean(),
    rule: Type.Optional(Type.Object({ id: Id, service: choice(RULE_SERVICES), title: Type.String(), severity: Type.String(), settings: named('Defaults.') })),
    examples: Type.Optional(Type.Integer({ description: 'How many examples hold.' })),
    errors: Type.Optional(FieldErrors),
  }),
  RuleTry: Type.Object(
    {
      definition: Type.Optional(ref('RuleDefinition')),
      rule_id: Type.Optional(Type.String({ description: 'In place of definition: a rule as you have set it.' })),
      settings: Type.Optional(named("Over the rule's own.")),
      events: Type.Optional(Type.Array(ref('Event'), { maxItems: MAX_TRIED, description: 'For velocity and bonus rules.' })),
      transactions: Type.Optional(
        Type.Array(Type.Union([ref('TransactionRequest'), Type.Object({ received_at: Type.Optional(Instant), transaction: ref('TransactionRequest') }, strict)]), { maxItems: MAX_TRIED, description: 'For transaction rules; without received_at a minute apart.' }),
      ),
      bonus_changes: Type.Optional(Type.Array(ref('BonusChange'), { maxItems: MAX_TRIED, description: 'For bonus rules, with applicant.externalUserId.' })),
      lists: Type.Optional(Type.Array(named('list, kind, value and the terms of a list entry.'), { maxItems: 100, description: 'For transaction rules: the lists that stand while it is tried.' })),
    },
    strict,
  ),
  RuleTryResult: Type.Object({
    service: choice(RULE_SERVICES),
    tried: Type.Integer(),
    fired: Type.Integer({ description: 'On how many of them the rule fires.' }),
    results: Type.Array(
      Type.Object(
        {
          index: Type.Integer({ description: 'Place in the list that was sent.' }),
          id: Type.String(),
          status: choice(['judged', 'counted', 'observed', 'duplicate', 'conflict', 'too_late', 'no_subject', 'rejected']),
          fired: Type.Boolean(),
          facts: Type.Optional(
            Type.Array(
              Type.Object({ name: Type.String(), value: Type.Union([Type.Number(), Type.String(), Type.Null()]), window_start: nullable(Instant), window_end: nullable(Instant), truncated: Type.Optional(Type.Boolean()) }),
            ),
          ),
        },
        { additionalProperties: true, description: 'With what it gives: alerts (velocity), match and decision (transaction), evaluations, alerts and decision (bonus).' },
      ),
    ),
  }),
  RuleFacts: Type.Object({
    services: Type.Array(
      Type.Object(
        {
          service: choice(RULE_SERVICES),
          facts: Type.Array(Type.Object({ name: Type.String(), type: choice(['double', 'string']), unit: Type.String(), description: Type.String(), when_none: Type.String(), parameters: Type.Array(Type.Object({ name: Type.String(), required: Type.Boolean(), description: Type.String(), values: Type.Optional(Type.Array(Type.String())) })) }, { additionalProperties: true })),
          variables: Type.Array(Type.Object({ name: Type.String(), type: Type.String(), description: Type.String() })),
          functions: Type.Array(Type.Object({ signature: Type.String(), description: Type.String() })),
          limits: Type.Record(Type.String(), Type.Integer()),
        },
        { additionalProperties: true },
      ),
    ),
  }),
};

const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 64 } };
const IF_MATCH = { name: 'If-Match', in: 'header', required: false, description: 'ETag of the rule as it was read: 412 when someone has changed it since.', schema: { type: 'string' } };
const IF_NONE = { name: 'If-None-Match', in: 'header', required: false, description: '*: 412 when there is such a rule already.', schema: { type: 'string' } };
const SERVICE = { name: 'service', in: 'query', required: false, schema: choice(RULE_SERVICES) };
const QUERY = [
  SERVICE,
  { name: 'mode', in: 'query', required: false, schema: Mode },
  { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: RULE_PAGE.least, maximum: RULE_PAGE.most, default: RULE_PAGE.usual } },
  { name: 'after', in: 'query', required: false, description: 'next of the page before.', schema: { type: 'string' } },
];
const definitions = {
  velocity: { summary: 'Over betting events', value: { definition: VELOCITY_RULE_EXAMPLE } },
  transaction: { summary: 'Over payments', value: { definition: TRANSACTION_RULE_EXAMPLE } },
  bonus: { summary: 'Over bonus changes', value: { definition: BONUS_RULE_EXAMPLE } },
};

export function rulePaths({ success, failure, common, rateHeaders, retryHeaders }: SurfaceWriter): Json {
  const bad = { '400': failure('Not valid: errors names each field, in a condition also the place.', rateHeaders) };
  const missing = { '404': failure('No such rule of yours.', rateHeaders) };
  const clash = { '409': failure('It does not go with the rule as it is.', rateHeaders), '412': failure('The rule has another version by now.', rateHeaders) };
  const large = { '413': failure('The body is larger than allowed.', rateHeaders), '415': failure('Only application/json is taken, plain or gzip.', rateHeaders) };
  const crowded = { '429': failure('RATE_LIMITED: the rate limit of the plan is reached. TOO_MANY_CHECKS: two of your checks and tries are under way.', { ...rateHeaders, ...retryHeaders }) };
  const body = (schema: string, examples: Json): Json => ({ requestBody: { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` }, examples } } } });
  const withEtag = (answer: Json): Json => ({ ...answer, headers: { ...(answer['headers'] as Json), ETag: { description: 'The version, in quotes.', schema: { type: 'string' } } } });
  const operation = (operationId: string, summary: string, schema: string, more: Json, responses: Json = {}): Json => ({ tags: ['Rules'], operationId, summary, ...more, responses: { '200': success('Done.', schema), ...bad, ...common, ...responses } });
  const tagged = (operationId: string, summary: string, more: Json, responses: Json): Json => ({ tags: ['Rules'], operationId, summary, ...more, responses: { '200': withEtag(success('The rule.', 'Rule')), ...bad, ...common, ...responses } });
  return {
    '/api/v1/rules': { get: operation('getRules', 'Page through the rules that run for you', 'RulePage', { parameters: QUERY }) },
    '/api/v1/rules/facts': { get: operation('getRuleFacts', 'What rules can ask for', 'RuleFacts', { parameters: [SERVICE] }) },
    '/api/v1/rules/check': { post: operation('checkRule', 'Type-check a rule and run its examples; writes nothing', 'RuleCheckResult', body('RuleCheckRequest', definitions), { ...large, ...crowded }) },
    '/api/v1/rules/try': { post: operation('tryRule', 'Run a rule on what you send, by the evaluator that runs live; writes nothing', 'RuleTryResult', body('RuleTry', { events: { summary: 'A built-in rule with another limit', value: TRY_EXAMPLE } }), { ...large, ...crowded }) },
    '/api/v1/rules/{id}': {
      get: tagged('getRule', 'Read a rule with its definition', { parameters: [ID] }, missing),
      put: tagged('putRule', 'Put your own rule as its next version, once its examples hold', { parameters: [ID, IF_MATCH, IF_NONE], ...body('RulePut', definitions) }, { '201': withEtag(success('Made.', 'Rule')), ...clash, ...large, ...crowded }),
      patch: tagged('changeRule', 'Set the mode of a rule, or the settings of a built-in one', { parameters: [ID, IF_MATCH], ...body('RuleChange', { mode: { summary: 'Run it without telling anyone', value: { mode: 'dry_run' } }, settings: { summary: 'Another threshold', value: { settings: { limit: 8 } } } }) }, { ...missing, ...clash, ...large }),
      delete: operation('deleteRule', 'Delete your own rule, or what you have set for a built-in one', 'RuleDeleted', { parameters: [ID, IF_MATCH] }, { ...missing, ...clash }),
    },
  };
}
