/**
 * State of a partition: append-only byte logs by key, an epoch and the offset they reflect, saved in one atomic call
 * (design.md, "What must always hold" 3). Keys of one partition share a hash tag, so that Redis Cluster keeps them together.
 */
export interface StateWrite {
  /** Key within the partition, e.g. `player|acme|p-1`. */
  readonly key: string;
  /** append: add bytes; set: replace all; delete: remove. */
  readonly op: 'append' | 'set' | 'delete';
  readonly bytes?: Buffer;
  /** Milliseconds until the key may be forgotten, counted from this write; absent keeps it. */
  readonly ttlMs?: number;
}

export interface OpenedPartition {
  /** Fences every older owner. */
  readonly epoch: number;
  /** Next offset to read, as saved with the state; null when nothing was ever saved (or the store was lost). */
  readonly nextOffset: number | null;
}

export interface StateStore {
  /** Takes the partition over: a new epoch, and the offset that its state reflects. */
  open(owner: PartitionName): Promise<OpenedPartition>;
  /** One pipelined read; null where there is no such key. */
  load(owner: PartitionName, keys: readonly string[]): Promise<readonly (Buffer | null)[]>;
  /**
   * All writes and the offset in one atomic step.
   * @throws {StaleOwner} when the epoch is not the newest, or the stored offset is not `expectedOffset`
   *         (the store lost or regained writes): nothing is written.
   */
  save(owner: PartitionName, save: PartitionSave): Promise<void>;
  /** Forgets everything of the partition, also its offset. Used by rebuild. */
  clear(owner: PartitionName): Promise<void>;
}

export interface PartitionName {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionSave {
  readonly epoch: number;
  readonly expectedOffset: number | null;
  readonly nextOffset: number;
  /** Read before `save` gives its promise: what holds them may be used again from then on. */
  readonly writes: Iterable<StateWrite>;
}
