import type { LogRecord, OutgoingRecord } from '../log/port';
import type { OwnedStates, StateBudget } from './owned-states';

/**
 * A stateful consumer's domain, as the runtime drives it: decode -> load the states that the batch touches -> fold (pure)
 * -> publish -> save state with its fence -> commit. A stage does no I/O and reads no clock.
 */
export interface Stage<Input, Owned extends OwnedStates<Input>> {
  /**
   * `spare`: what it gave for a record that is folded by now, to be filled anew instead of making another.
   * @throws {Unreadable} for a record that can never be processed: it is dead-lettered with the reason.
   */
  decode(record: LogRecord, spare?: Input): Input;
  /** What the partition's owner keeps in memory, within the budget; called once. */
  keep(budget: StateBudget): Owned;
  /**
   * Takes one input into the states and says what to publish. Called once per record in offset order, so that working the
   * same records again in other batches gives the same outputs with the same identities.
   */
  fold(input: Input, states: Owned, at: FoldContext): readonly OutgoingRecord[];
  /**
   * Called once a batch after the last fold: what is published once a batch (progress, packed signals), when the letters of the
   * records that were refused are in the log.
   */
  endBatch?(range: BatchRange, at: FoldContext, refused: readonly LogRecord[]): readonly OutgoingRecord[];
}

/** The states of the keys that a batch touches. */
export type States<State> = Pick<ReadonlyMap<string, State>, 'get'>;

export interface FoldContext {
  /** Microseconds UTC, one value per batch; used for decided_at only, never for a decision. */
  readonly nowMicros: number;
}

export interface BatchRange {
  readonly topic: string;
  readonly partition: number;
  /** First and last offset worked, inclusive. */
  readonly fromOffset: number;
  readonly toOffset: number;
}

/** The record can never be processed. `reason` goes to the dead letter; it must not hold secrets or personal data. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  constructor(readonly reason: string, options?: ErrorOptions) {
    super(reason, options);
  }
}
