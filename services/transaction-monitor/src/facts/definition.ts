import { type Static, Type } from '@sinclair/typebox';

const strict = { additionalProperties: false } as const;
const oneOf = <T extends string>(...values: T[]) => Type.Unsafe<T>({ type: 'string', enum: values });
const SettingName = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' });

/** Which transactions a fact looks at. */
export const LOGS = {
  sent: 'what the origin account paid',
  incoming: 'what the origin account was paid before',
  received: 'what the destination account was paid',
  pair: 'what the origin account paid to this destination',
  customer: "what this customer (by e-mail address) ordered, from any account",
} as const;
export type LogName = keyof typeof LOGS;

const Bound = Type.Object({ setting: SettingName, times: Type.Optional(Type.Number()) }, strict);

export const Where = Type.Object(
  {
    status: Type.Optional(Type.Array(oneOf('completed', 'pending', 'failed', 'other'), { minItems: 1, maxItems: 4 })),
    suspicious: Type.Optional(Type.Boolean()),
    /** In the currency of the transaction at hand; facts about money always are. */
    sameCurrency: Type.Optional(Type.Literal(true)),
    same: Type.Optional(Type.Array(oneOf('customer', 'name', 'ip', 'country'), { minItems: 1, maxItems: 4 })),
    /** Made in a known country. */
    located: Type.Optional(Type.Literal(true)),
    amount: Type.Optional(Type.Object({ atLeast: Type.Optional(Bound), above: Type.Optional(Bound), atMost: Type.Optional(Bound), below: Type.Optional(Bound) }, strict)),
  },
  strict,
);
export type Where = Static<typeof Where>;

const windowed = {
  of: oneOf(...(Object.keys(LOGS) as LogName[])),
  /** A duration, or the setting that holds one; absent: all that is kept. */
  within: Type.Optional(Type.Union([Type.String({ maxLength: 10 }), Type.Object({ setting: SettingName }, strict)])),
  where: Type.Optional(Where),
  excludingThis: Type.Optional(Type.Boolean()),
};

export const FactDefinition = Type.Union([
  Type.Object({ fact: oneOf('count'), ...windowed }, strict),
  Type.Object({ fact: oneOf('sum', 'max', 'mean', 'deviation'), ...windowed }, strict),
  Type.Object({ fact: oneOf('distinct'), field: oneOf('counterpart', 'customer', 'ip', 'country'), ...windowed }, strict),
  Type.Object({ fact: oneOf('daysSinceLast'), of: windowed.of }, strict),
  Type.Object({ fact: oneOf('series'), amountTolerance: SettingName, intervalTolerance: SettingName, least: SettingName }, strict),
  Type.Object({ fact: oneOf('travelKm', 'travelSpeed') }, strict),
  Type.Object({ fact: oneOf('geoConflict'), km: SettingName }, strict),
  Type.Object({ fact: oneOf('multipleOf'), amount: SettingName }, strict),
  Type.Object({ fact: oneOf('listed'), list: oneOf('black', 'white') }, strict),
  Type.Object({ fact: oneOf('fraudPercentage') }, strict),
]);
export type FactDefinition = Static<typeof FactDefinition>;
export type FactKind = FactDefinition['fact'];

/** What each fact is, for the rule editor and GET /api/v1/rules/facts. */
export const TRANSACTION_FACTS: Readonly<Record<FactKind, { readonly doc: string; readonly unit: string; readonly whenNone: string }>> = {
  count: { doc: 'How many transactions.', unit: 'transactions', whenNone: '0' },
  sum: { doc: 'Sum of their amounts.', unit: 'minor units', whenNone: '0' },
  max: { doc: 'Largest amount.', unit: 'minor units', whenNone: 'NaN: no comparison holds' },
  mean: { doc: 'Mean amount.', unit: 'minor units', whenNone: 'NaN: no comparison holds' },
  deviation: { doc: 'Standard deviation (of the population) of the amounts.', unit: 'minor units', whenNone: 'NaN: no comparison holds' },
  distinct: { doc: 'How many different values of a field.', unit: 'values', whenNone: '0' },
  daysSinceLast: { doc: 'Days since the newest transaction before this one.', unit: 'days', whenNone: '0' },
  series: { doc: 'How many earlier payments of this origin to this destination make a series of like amounts at like intervals that this one continues.', unit: 'payments', whenNone: '0' },
  travelKm: { doc: "Distance from the customer's last known place, as the crow flies.", unit: 'km', whenNone: '0' },
  travelSpeed: { doc: 'Speed at which the customer would have travelled from there.', unit: 'km/h', whenNone: '0' },
  geoConflict: { doc: "1 when the IP address's country has no town within so many km of the stated place.", unit: '0 or 1', whenNone: '0' },
  multipleOf: { doc: 'The amount divided by a setting, where it goes without remainder.', unit: 'times', whenNone: '0' },
  listed: { doc: 'Entries of the list that the transaction meets.', unit: 'entries', whenNone: '0' },
  fraudPercentage: { doc: 'What the other live rules make together: 1 - product of (1 - score/100) of those that hold and suspect.', unit: 'per cent', whenNone: '0' },
};

/** Facts about money, told as money. */
export const MONEY_FACTS: ReadonlySet<FactKind> = new Set(['sum', 'max', 'mean', 'deviation']);
