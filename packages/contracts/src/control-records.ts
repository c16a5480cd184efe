import { type Static, Type } from '@sinclair/typebox';
import { COMPANY_ID_PATTERN } from './scopes';

/** Records of the control plane's compacted topics (JSON). A null value (tombstone) removes the record of its key. */
const strict = { additionalProperties: false } as const;
const Instant = Type.String({ description: 'ISO 8601, UTC.' });

export const CompanyRecord = Type.Object(
  {
    id: Type.String({ pattern: COMPANY_ID_PATTERN }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    plan: Type.Union([Type.Literal('standard'), Type.Literal('premium')]),
    /** Overrides the plan's requests per minute, for companies with a contract of their own. */
    requestsPerMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
    createdAt: Instant,
  },
  strict,
);
export type CompanyRecord = Static<typeof CompanyRecord>;

export const ApiKeyRecord = Type.Object(
  {
    /** Public part of the key; also the record's key. */
    id: Type.String({ pattern: '^[0-9A-Za-z]{12}$' }),
    companyId: Type.String({ pattern: COMPANY_ID_PATTERN }),
    environment: Type.Union([Type.Literal('live'), Type.Literal('sandbox')]),
    name: Type.String({ maxLength: 200 }),
    /** HMAC-SHA-256 of the whole key under the deployment's pepper, hex. */
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    createdAt: Instant,
    revokedAt: Type.Union([Instant, Type.Null()]),
  },
  strict,
);
export type ApiKeyRecord = Static<typeof ApiKeyRecord>;

export const WebhookEndpointRecord = Type.Object(
  {
    id: Type.String({ pattern: '^we_[0-9A-Za-z]{16}$' }),
    /** Company scope: a sandbox has endpoints of its own. */
    companyId: Type.String(),
    url: Type.String({ maxLength: 2000 }),
    events: Type.Array(Type.String(), { minItems: 1 }),
    /** Standard Webhooks secrets (whsec_ and base64), the newest first; two during a rotation. */
    secrets: Type.Array(Type.String({ pattern: '^whsec_(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' }), { minItems: 1, maxItems: 2 }),
    /** disabled: nothing is sent to it, what is for it waits. */
    status: Type.Union([Type.Literal('enabled'), Type.Literal('disabled')]),
    disabledReason: Type.Union([Type.String(), Type.Null()]),
    /** Null while it is enabled; absent in records of before this field. */
    disabledAt: Type.Optional(Type.Union([Instant, Type.Null()])),
    /** failures: by the dispatcher, for how it answered; its company may enable it again. hand: by command; only a command enables it. Absent in records of before this field. */
    disabledBy: Type.Optional(Type.Union([Type.Literal('failures'), Type.Literal('hand'), Type.Null()])),
    createdAt: Instant,
    updatedAt: Instant,
  },
  strict,
);
export type WebhookEndpointRecord = Static<typeof WebhookEndpointRecord>;

export const RuleModeName = Type.Union([Type.Literal('live'), Type.Literal('dry_run'), Type.Literal('off')]);
export type RuleModeName = Static<typeof RuleModeName>;

/**
 * What a company (scope) has set for one rule. For a built-in rule `definition` is absent: only mode and settings are the
 * company's. For an own rule `definition` is the whole rule (checked by @stakewatch/rules before it is written).
 */
export const RuleRecord = Type.Object(
  {
    companyId: Type.String(),
    ruleId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' }),
    /** Grows by one with each change, also with a deletion: what is left of a deleted rule is a record without definition, so that no version comes twice. */
    version: Type.Integer({ minimum: 1 }),
    mode: RuleModeName,
    settings: Type.Record(Type.String(), Type.Unknown()),
    definition: Type.Optional(Type.Unknown()),
    updatedAt: Instant,
    updatedBy: Type.String(),
  },
  strict,
);
export type RuleRecord = Static<typeof RuleRecord>;

/** Companies of one group of operators: bonus hunting is looked for across them (by hashed evidence only). A sandbox scope belongs to the sandboxes of the same group. */
export const CompanyGroupRecord = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
    companies: Type.Array(Type.String({ pattern: COMPANY_ID_PATTERN }), { minItems: 2, maxItems: 200, uniqueItems: true }),
    updatedAt: Instant,
  },
  strict,
);
export type CompanyGroupRecord = Static<typeof CompanyGroupRecord>;

export const LookupRecord = Type.Object(
  {
    kind: Type.Literal('operator'),
    id: Type.Integer({ minimum: 1 }),
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,63}$', description: '2 to 64 upper-case letters, digits or underscores, a letter first, such as ORANGE_SN' }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    country: Type.Union([Type.String({ pattern: '^[A-Z]{3}$', description: 'an ISO 3166-1 alpha-3 code, three upper-case letters, such as SEN' }), Type.Null()]),
  },
  strict,
);
export type LookupRecord = Static<typeof LookupRecord>;

export const LIST_NAMES = ['black', 'white'] as const;
export type ListName = (typeof LIST_NAMES)[number];
export const LIST_KINDS = ['account', 'bank', 'email', 'name', 'ip'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

/** One entry of a company's (scope's) black- or whitelist. */
export const ListEntryRecord = Type.Object(
  {
    companyId: Type.String(),
    list: Type.Union(LIST_NAMES.map((name) => Type.Literal(name))),
    kind: Type.Union(LIST_KINDS.map((kind) => Type.Literal(kind))),
    /** As the author wrote it; what is compared is its normal form (@stakewatch/lists). */
    value: Type.String({ minLength: 1, maxLength: 320 }),
    /** kind name only: letters that may differ (0 to 2). */
    distance: Type.Integer({ minimum: 0, maximum: 2 }),
    reason: Type.String({ maxLength: 500 }),
    author: Type.String({ minLength: 1, maxLength: 200 }),
    /** The entry counts for transactions received before this; null: always. */
    expiresAt: Type.Union([Instant, Type.Null()]),
    createdAt: Instant,
    updatedAt: Instant,
  },
  strict,
);
export type ListEntryRecord = Static<typeof ListEntryRecord>;

/** Plain hexadecimal: the format `uuid` takes urn:uuid: as well, which the history does not. */
const Uuid = Type.String({ pattern: '^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', description: 'a uuid' });
/** Revisions are Avro ints. */
const MAX_REVISION = 2_147_483_647;

/** Command on webhook.resends.v1. */
export const ResendCommand = Type.Object(
  {
    commandId: Uuid,
    companyId: Type.String(),
    alertId: Uuid,
    /** Null: the alert's newest revision. */
    revision: Type.Union([Type.Integer({ minimum: 1, maximum: MAX_REVISION }), Type.Null()]),
    /** Null: every enabled endpoint of the company. */
    endpointId: Type.Union([Type.String(), Type.Null()]),
    requestedAt: Instant,
    requestedBy: Type.String(),
  },
  strict,
);
export type ResendCommand = Static<typeof ResendCommand>;
