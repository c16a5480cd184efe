import type { StateWrite } from '../state/port';

/** Memory for states, which all partitions of a process share. */
export class StateBudget {
  /** Bytes taken. */
  used = 0;
  constructor(readonly limitBytes: number) {}
}

/**
 * The states that a partition's owner has in memory, as the runtime drives them: touch -> add what was missing (twice, where
 * what is there shows what more is needed) -> fold ->
 * takeWrites -> saved. Only saved states are ever let go, so that nothing is lost by it.
 */
export interface OwnedStates<Input> {
  /** Notes which states the inputs are about to change; gives the keys of those that are not here, each once. */
  touch(inputs: readonly Input[]): readonly string[];
  /** The same of states that only show once those of `touch` are here; absent: there are none. */
  touchFurther?(inputs: readonly Input[]): readonly string[];
  /** Takes in what is stored under keys that `touch` or `touchFurther` gave, in their order; null: nothing yet. */
  add(keys: readonly string[], stored: readonly (Buffer | null)[]): void;
  /**
   * What changed of the touched states since the last call; it holds until something else is called, here or of another partition.
   * `nowMicros`: to tell the store how long to keep them.
   */
  takeWrites(nowMicros: number): Iterable<StateWrite>;
  /** What takeWrites gave is stored: those not used for long go, as far as the budget asks for it. */
  saved(): void;
  /** Lets everything go, saved or not. */
  clear(): void;
  /** How many there are. */
  readonly size: number;
  /** How many of them the inputs touched since the last save. */
  readonly unsaved: number;
}

/** How often at most the store is told how long to keep a state: it may be forgotten by so much earlier. */
const KEPT_ANEW_AFTER_HOURS = 24;
const MICROS_PER_HOUR = 3_600_000_000;

export const hourOf = (nowMicros: number): number => Math.floor(nowMicros / MICROS_PER_HOUR);

/**
 * How long a state is kept is told once a day: with each append, it is as dear to the store as the append itself.
 * `toldAt`: the hour it was last told; 0: not since it was loaded.
 */
export function isKeptLongEnough(op: StateWrite['op'], toldAt: number, hour: number): boolean {
  return op === 'append' && hour - toldAt < KEPT_ANEW_AFTER_HOURS;
}

/** A stage that keeps nothing. */
export const NO_STATES: OwnedStates<unknown> = {
  touch: () => [],
  add: () => undefined,
  takeWrites: () => [],
  saved: () => undefined,
  clear: () => undefined,
  size: 0,
  unsaved: 0,
};
