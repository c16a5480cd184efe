import { type AvroSchemaName, TOPICS, deadLetterTopic } from '@stakewatch/contracts';
import { type Identity, revisionIdentity, uuidIdentity } from './identity';

/** An Avro topic whose records are rows of a table: field names are column names. */
export interface AvroTarget {
  readonly topic: string;
  readonly table: string;
  readonly schema: AvroSchemaName;
  /** Null: every record is a row of its own, also when it says what another said. */
  readonly identity: Identity | null;
}

export const EVENTS: AvroTarget = { topic: TOPICS.bettingEvents.name, table: 'events', schema: 'betting-event', identity: uuidIdentity('uuid') };

export const RECORDS: readonly AvroTarget[] = [
  { topic: TOPICS.alerts.name, table: 'alerts', schema: 'alert', identity: revisionIdentity('alert_id', 'revision') },
  { topic: TOPICS.decisions.name, table: 'decisions', schema: 'decision', identity: uuidIdentity('decision_id') },
  { topic: TOPICS.processingProgress.name, table: 'processing_progress', schema: 'processing-progress', identity: null },
  { topic: TOPICS.webhookAttempts.name, table: 'webhook_attempts', schema: 'webhook-attempt', identity: uuidIdentity('attempt_id') },
  { topic: TOPICS.labels.name, table: 'decision_labels', schema: 'label', identity: uuidIdentity('label_id') },
];

/** Every topic may have dead letters. Its control tables have none: what does not fit there is left out and counted by each reader. */
export const DEAD_LETTER_TOPICS: readonly string[] = Object.values(TOPICS)
  .filter(({ cleanup }) => cleanup === 'delete')
  .map(({ name }) => deadLetterTopic(name));
