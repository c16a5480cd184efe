import { ByteWriter, FLAG, RECORD, type StatePages, type SubjectState, SubjectTable, type TimelineType } from '@stakewatch/rules';
import { hourOf, isKeptLongEnough, type OwnedStates, PackedWrites, type StateBudget } from '@stakewatch/runtime';
import { StateKeys } from './state-keys';

/** How long a subject that is not seen again is remembered: its first sight outlives its events. */
const SUBJECT_TTL_MS = 180 * 86_400_000;
/** Not in memory, or not yet looked for. */
export const NO_SLOT = -1;

/** Of the save and the state at hand: one for all partitions, as nothing is asynchronous until the store has read them. */
const writes = new PackedWrites();
const writer = new ByteWriter();

/** A subject whose state an input changes. */
export interface Subject {
  readonly type: TimelineType;
  readonly companyId: string;
  /** What its name lies in, and where; UTF-8. */
  readonly value: Buffer;
  readonly from: number;
  readonly to: number;
  /** Of its state, where it was in memory when the batch touched it. */
  slot: number;
}

/** The subjects of one partition in memory, as the runtime drives them. `eachSubject` calls `note` with each subject of an input. */
export class SubjectStates<Input> implements OwnedStates<Input> {
  private readonly table: SubjectTable;
  private readonly keys: Readonly<Record<TimelineType, StateKeys>> = { player: new StateKeys('player'), device: new StateKeys('device'), phone: new StateKeys('phone'), ip: new StateKeys('ip') };
  /** By key, in the order in which `touch` gave them. */
  private missing = new Map<string, Subject>();
  /** Slots, since the last save, each once. */
  private touched: number[] = [];
  /** Bytes of the budget that are this partition's. */
  private told = 0;
  /** Next slot that the eviction looks at. */
  private hand = 0;

  constructor(
    private readonly budget: StateBudget,
    pages: StatePages,
    private readonly eachSubject: (input: Input, note: (subject: Subject) => void) => void,
  ) {
    this.table = new SubjectTable(pages);
  }

  touch(inputs: readonly Input[]): readonly string[] {
    this.missing = new Map();
    for (const input of inputs) this.eachSubject(input, this.note);
    return [...this.missing.keys()];
  }

  private readonly note = (subject: Subject): void => {
    const key = this.keyOf(subject);
    const slot = this.table.find(key);
    subject.slot = slot;
    if (slot === NO_SLOT) this.missing.set(key.text(), subject);
    else {
      this.table.mark(slot, FLAG.used);
      this.noteTouched(slot);
    }
  };

  private noteTouched(slot: number): void {
    if (this.table.has(slot, FLAG.touched)) return;
    this.table.mark(slot, FLAG.touched);
    this.touched.push(slot);
  }

  add(_keys: readonly string[], stored: readonly (Buffer | null)[]): void {
    let at = 0;
    for (const subject of this.missing.values()) {
      const slot = this.table.add(this.keyOf(subject), stored[at++] ?? null);
      subject.slot = slot;
      this.noteTouched(slot);
    }
    this.tell();
  }

  /** The state of a touched subject. The same object each time: it holds until the next one. */
  stateOf(subject: Subject): SubjectState {
    return this.table.stateAt(subject.slot === NO_SLOT ? this.table.find(this.keyOf(subject)) : subject.slot);
  }

  takeWrites(nowMicros: number): PackedWrites {
    const hour = hourOf(nowMicros);
    writes.reset();
    for (const slot of this.touched) {
      // Failing to save them drops them all (clear).
      this.table.unmark(slot, FLAG.touched);
      const state = this.table.stateAt(slot);
      const op = state.takeChange(writer.reset());
      if (op === null) continue;
      const isTold = isKeptLongEnough(op, this.table.get(slot, RECORD.toldAt), hour);
      if (!isTold) this.table.set(slot, RECORD.toldAt, hour);
      const { bytes, from, to } = state.timeline.texts.keyPlace();
      writes.begin(op, isTold ? undefined : SUBJECT_TTL_MS).key(bytes, from, to).value(writer.memory, 0, writer.end);
    }
    this.touched = [];
    return writes;
  }

  saved(): void {
    this.tell();
    this.trim();
  }

  /** Second chance: the hand takes the mark of what was used since it last came by, and lets go what has none. */
  private trim(): void {
    const { table, budget } = this;
    while (budget.used > budget.limitBytes && table.size > 0) {
      const slot = this.hand;
      this.hand = slot + 1 < table.slots ? slot + 1 : 0;
      if (!table.has(slot, FLAG.live)) continue;
      if (table.has(slot, FLAG.used)) table.unmark(slot, FLAG.used);
      else {
        table.release(slot);
        this.tell();
      }
    }
  }

  clear(): void {
    this.table.clear();
    this.touched = [];
    this.hand = 0;
    this.tell();
  }

  get size(): number {
    return this.table.size;
  }

  get unsaved(): number {
    return this.touched.length;
  }

  private tell(): void {
    this.table.putBack();
    this.budget.used += this.table.bytes - this.told;
    this.told = this.table.bytes;
  }

  private keyOf({ type, companyId, value, from, to }: Subject): StateKeys {
    return this.keys[type].write(companyId, value, from, to);
  }
}
