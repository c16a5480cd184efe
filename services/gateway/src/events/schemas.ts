import { type TObject, type TSchema, Type } from '@sinclair/typebox';
import { EVENT_FIELDS, type EventField, eventIdSchema } from './fields';

const strict = { additionalProperties: false } as const;

function groupSchema(group: EventField['group'], description: string): TObject {
  const fields = EVENT_FIELDS.filter((field) => field.group === group);
  return Type.Object(Object.fromEntries(fields.map(({ name, required, schema }) => [name, required ? schema : Type.Optional(schema)])), { ...strict, description });
}

/** Document 000, "Request Body (Grouped Structure)". */
export const GroupedEvent = Type.Object(
  {
    event_id: eventIdSchema,
    player: groupSchema('player', 'Player information.'),
    event: groupSchema('event', 'Event details.'),
    game: Type.Optional(groupSchema('game', 'Game or betting context, recommended for bet events.')),
    metadata: Type.Optional(groupSchema('metadata', 'Tracking and session metadata.')),
  },
  { ...strict, description: 'An event whose fields are in groups.' },
);

function flatProperties(): Record<string, TSchema> {
  const named = EVENT_FIELDS.flatMap(({ flat, required, schema }) => flat.map((name, at) => [name, required && at === 0 ? schema : Type.Optional(schema)] as const));
  return { external_event_id: Type.Optional(eventIdSchema), event_id: Type.Optional(eventIdSchema), ...Object.fromEntries(named) };
}

/** The form of document 000's curl example; names as in spec README, "Events". */
export const FlatEvent = Type.Object(flatProperties(), {
  ...strict,
  description: 'An event in the flat form. external_event_id (or event_id) is required.',
  anyOf: [
    { required: ['external_event_id'], properties: { external_event_id: {} } },
    { required: ['event_id'], properties: { event_id: {} } },
  ],
});

/** Flat names that mean the same field: giving both with different values is refused. */
export const FLAT_ALIASES: readonly (readonly [string, string])[] = [
  ['external_event_id', 'event_id'],
  ...EVENT_FIELDS.flatMap(({ flat }) => (flat[1] === undefined ? [] : [[flat[0], flat[1]] as const])),
];
