import type { Alert, AvroSchemaName, BettingEvent, BonusInput, Decision, Label, ProcessingProgress, Transaction, VelocitySignals, WebhookAttempt } from '@stakewatch/contracts';

export interface AvroValues {
  'betting-event': BettingEvent;
  'velocity-signals': VelocitySignals;
  'processing-progress': ProcessingProgress;
  alert: Alert;
  decision: Decision;
  'bonus-change': BonusInput;
  'webhook-attempt': WebhookAttempt;
  transaction: Transaction;
  label: Label;
}

/**
 * Avro in Confluent's framing: byte 0, four bytes of schema id (big-endian), Avro body. Ids are learnt from the registry once
 * and cached for ever (an id never changes its schema), so known ids keep working when the registry is down.
 */
export interface AvroCodec {
  /** Registers the schema under `<topic>-value` if needed; after this, encode works without the registry. */
  register(name: AvroSchemaName): Promise<number>;
  /** Framed bytes. @throws when the value does not fit the schema or `register` was not awaited. */
  encode<N extends AvroSchemaName>(name: N, value: AvroValues[N]): Buffer;
  /** Makes sure that every schema id in `framed` is known (asks the registry for new ones). @throws {Retriable} registry down and id unknown. */
  learn(framed: readonly (Buffer | null)[]): Promise<void>;
  /** Whether `learn` would ask for this schema id. */
  isKnown(id: number): boolean;
  /** @throws {Unreadable} when the frame, the id or the body is not readable. */
  decode<N extends AvroSchemaName>(name: N, framed: Buffer): AvroValues[N];
  /** Whether a schema id (-1: none) is that of this build's own schema, to the letter. @throws {Unreadable} when there is none, or it is not known. */
  isOwnSchema(name: AvroSchemaName, id: number): boolean;
  /** Writer schema (JSON text) of a known id. */
  schemaOf(id: number): string;
}
