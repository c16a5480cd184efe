import { SlotIndex } from './slot-index';
import type { StatePages } from './state-pages';
import { FLAG, RECORD, RECORD_WORDS } from './state-record';
import { hashOf, type SubjectKey } from './subject-key';
import { type Aside, SubjectState } from './subject-state';

/** Records of a chunk, and how far a slot's number is shifted for its chunk. */
const CHUNK_SLOTS = 1_024;
const CHUNK_SHIFT = 10;
/** A record and its share of the index. */
const SLOT_BYTES = RECORD_WORDS * 4 + 16;

/**
 * States of many subjects without an object for any of them: each has a slot, whose record says where its events and texts lie.
 * One object stands for the state at hand, and is put back before it stands for the next.
 */
export class SubjectTable {
  private readonly chunks: Int32Array[] = [];
  private readonly index = new SlotIndex();
  private readonly free: number[] = [];
  private readonly asides = new Map<number, Aside>();
  private readonly state: SubjectState;
  /** Whose state `state` is, and how large it was when it came to be; -1: nobody's. */
  private at = -1;
  private before = 0;
  private sought: SubjectKey | null = null;
  /** All slots that ever were in use have lower numbers. */
  slots = 0;
  /** Bytes of all states; what was done with the one at hand counts when it is put back. */
  bytes = 0;

  constructor(private readonly pages: StatePages) {
    this.state = new SubjectState(pages);
  }

  get size(): number {
    return this.index.size;
  }

  /** The subject's slot, or -1. */
  find(key: SubjectKey): number {
    this.sought = key;
    return this.index.find(hashOf(key), this.isSought);
  }

  private readonly isSought = (slot: number): boolean => {
    // Its record is not true while it is the state at hand.
    if (slot === this.at) this.putBack();
    const words = this.wordsOf(slot);
    const at = recordAt(slot);
    const { bytes, words: sought, length } = this.sought as SubjectKey;
    if (words[at + RECORD.keyLength] !== length) return false;
    const page = this.pages.page(words[at + RECORD.textsPage] as number);
    const from = words[at + RECORD.textsAt] as number;
    const whole = length >>> 2;
    // From the end: keys differ there first.
    for (let byte = length - 1; byte >= whole << 2; byte -= 1) if (page.bytes[from + byte] !== bytes[byte]) return false;
    // A block begins at a whole number of BLOCK_STEP, and its key with it.
    for (let word = whole - 1, own = from >>> 2; word >= 0; word -= 1) if (page.integers[own + word] !== sought[word]) return false;
    return true;
  };

  /** A slot for a subject that has none, with what is stored of it. @throws {RangeError} when that is not a subject's log. */
  add(key: SubjectKey, stored: Buffer | null): number {
    this.putBack();
    const slot = this.free.pop() ?? this.newSlot();
    const hash = hashOf(key);
    const words = this.wordsOf(slot);
    const at = recordAt(slot);
    words.fill(0, at, at + RECORD_WORDS);
    words[at + RECORD.hash] = hash;
    words[at + RECORD.flags] = FLAG.live;
    this.state.begin(key);
    this.at = slot;
    this.before = 0;
    this.index.add(hash, slot);
    this.bytes += SLOT_BYTES;
    if (stored) this.read(stored, slot);
    return slot;
  }

  private read(stored: Buffer, slot: number): void {
    try {
      this.state.read(stored);
    } catch (error) {
      this.letGo(slot);
      throw error;
    }
  }

  /** The state in a slot. The same object each time: it holds until another one, or any subject, is asked for. */
  stateAt(slot: number): SubjectState {
    if (this.at === slot) return this.state;
    this.putBack();
    this.state.load(this.wordsOf(slot), recordAt(slot), this.has(slot, FLAG.aside) ? this.asides.get(slot) : undefined);
    this.at = slot;
    this.before = this.state.sizeOf();
    return this.state;
  }

  /** Forgets a state, and gives its memory back. */
  release(slot: number): void {
    const state = this.stateAt(slot);
    state.release();
    this.letGo(slot);
  }

  private letGo(slot: number): void {
    this.bytes -= this.before + SLOT_BYTES;
    this.at = -1;
    this.index.remove(this.get(slot, RECORD.hash), slot);
    this.asides.delete(slot);
    this.set(slot, RECORD.flags, 0);
    this.free.push(slot);
  }

  clear(): void {
    for (let slot = 0; slot < this.slots; slot += 1) if (this.has(slot, FLAG.live)) this.release(slot);
    this.chunks.length = this.free.length = this.slots = 0;
    this.index.clear();
  }

  /** `word`: of RECORD; its number, as looking it up by name cost a fortieth of the main thread. */
  get(slot: number, word: number): number {
    return this.wordsOf(slot)[recordAt(slot) + word] as number;
  }

  set(slot: number, word: number, value: number): void {
    this.wordsOf(slot)[recordAt(slot) + word] = value;
  }

  has(slot: number, flag: number): boolean {
    return (this.get(slot, RECORD.flags) & flag) !== 0;
  }

  mark(slot: number, flag: number): void {
    this.set(slot, RECORD.flags, this.get(slot, RECORD.flags) | flag);
  }

  unmark(slot: number, flag: number): void {
    this.set(slot, RECORD.flags, this.get(slot, RECORD.flags) & ~flag);
  }

  /** From here on `bytes` and the records are true. */
  putBack(): void {
    const slot = this.at;
    if (slot < 0) return;
    const hadAside = this.has(slot, FLAG.aside);
    const aside = this.state.store(this.wordsOf(slot), recordAt(slot));
    if (aside) this.asides.set(slot, aside);
    else if (hadAside) this.asides.delete(slot);
    this.bytes += this.state.sizeOf() - this.before;
    this.at = -1;
  }

  private newSlot(): number {
    const slot = this.slots;
    if ((slot & (CHUNK_SLOTS - 1)) === 0) this.chunks.push(new Int32Array(CHUNK_SLOTS * RECORD_WORDS));
    this.slots += 1;
    return slot;
  }

  private wordsOf(slot: number): Int32Array {
    return this.chunks[slot >>> CHUNK_SHIFT] as Int32Array;
  }
}

const recordAt = (slot: number): number => (slot & (CHUNK_SLOTS - 1)) * RECORD_WORDS;
