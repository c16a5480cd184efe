/**
 * Every topic, declared once: name, what keys it, its schema, partitions and retention.
 * Source: design.md "The way of the data" and "Names".
 */
export interface TopicDeclaration {
  readonly name: string;
  /** What the record key is; records of one key keep their order. */
  readonly keyedBy: string;
  /** File in schemas/ without its ending, or 'json' for control records (checked against control.ts). */
  readonly schema: AvroSchemaName | 'json';
  readonly partitions: 'data' | 1;
  readonly cleanup: 'delete' | 'compact';
  /** Milliseconds; null keeps records for ever (compacted topics). */
  readonly retentionMs: number | null;
  readonly doc: string;
}

export type AvroSchemaName =
  | 'betting-event'
  | 'velocity-signals'
  | 'processing-progress'
  | 'alert'
  | 'decision'
  | 'bonus-change'
  | 'webhook-attempt'
  | 'transaction'
  | 'label';

const DAY_MS = 86_400_000;

function stream(name: string, schema: AvroSchemaName, keyedBy: string, retentionDays: number, doc: string): TopicDeclaration {
  return { name, schema, keyedBy, partitions: 'data', cleanup: 'delete', retentionMs: retentionDays * DAY_MS, doc };
}

function table(name: string, keyedBy: string, doc: string): TopicDeclaration {
  return { name, schema: 'json', keyedBy, partitions: 1, cleanup: 'compact', retentionMs: null, doc };
}

export const TOPICS = {
  bettingEvents: stream('betting.events.v1', 'betting-event', '<company_id>|<player_id>', 35, 'Events as accepted by the gateway.'),
  velocitySignals: stream('velocity.signals.v1', 'velocity-signals', 'explicit partition by subject', 35, 'Events re-keyed by device, phone and IP for the velocity detector.'),
  alerts: stream('alerts.v1', 'alert', 'alert_id', 365, 'Revisions of alerts.'),
  decisions: stream('decisions.v1', 'decision', 'subject_id', 365, 'Decisions that are not alerts.'),
  transactions: stream('transactions.v1', 'transaction', 'company_id', 35, 'Transactions as accepted by the gateway: commands for the transaction monitor. One owner per company scope sees them in order.'),
  bonusChanges: stream('bonus.changes.v1', 'bonus-change', 'company_id', 35, 'All that the bonus scorer decides on, in one order per company: bonus changes and queries (commands), and what betting events say, packed.'),
  processingProgress: stream('processing.progress.v1', 'processing-progress', '<topic>-<partition>', 35, 'Which offsets each deciding service has decided on.'),
  webhookAttempts: stream('webhook.attempts.v1', 'webhook-attempt', 'delivery_id', 365, 'Every attempt to deliver a webhook.'),
  labels: stream('labels.v1', 'label', 'company_id', 365, 'What analysts say of decisions and alerts: fraud, genuine or unsure.'),
  companies: table('control.companies.v1', 'company id', 'Companies, their plans and settings.'),
  apiKeys: table('control.api-keys.v1', 'key id', 'API keys, hashed.'),
  webhookEndpoints: table('control.webhook-endpoints.v1', 'endpoint id', 'Where alerts are sent, and with which secrets.'),
  companyGroups: table('control.company-groups.v1', 'group id', 'Which companies belong to one group of operators.'),
  rules: table('control.rules.v1', '<company_id>|<rule_id>', "A company's own rules, and modes and settings of the built-in ones."),
  lookups: table('control.lookups.v1', '<kind>|<code>', 'Payment operators beyond those of the document.'),
  lists: table('control.lists.v1', '<company_id>|<list>|<kind>|<normalised value>', "Companies' black- and whitelists."),
  schemas: table('_schemas', '{"keytype","subject","version"} as Confluent keys it', "The schema registry's own store, in Confluent's layout."),
  gatewayReplies: { ...stream('gateway.replies.v1', 'decision', 'correlation id', 1, 'Decisions on their way to the gateway instance whose caller waits.'), schema: 'json' },
  webhookResends: { ...stream('webhook.resends.v1', 'webhook-attempt', 'delivery_id', 35, 'Commands to send a webhook message again.'), schema: 'json' },
} as const satisfies Record<string, TopicDeclaration>;

export type TopicKey = keyof typeof TOPICS;

/** Where records of a topic go that a consumer can never process. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}

/** Partitions of 'data' topics when nothing else is configured. Changing it on a live system moves players between partitions: see docs/operations.md. */
export const DEFAULT_DATA_PARTITIONS = 6;
