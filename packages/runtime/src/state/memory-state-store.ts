import { StaleOwner } from '../log/port';
import type { OpenedPartition, PartitionName, PartitionSave, StateStore } from './port';

interface MemoryPartition {
  epoch: number;
  offset: number | null;
  readonly entries: Map<string, Buffer>;
}

/** The state store's memory twin; passes the same suite as the Redis one. Time-to-live is not modelled: nothing expires. */
export class MemoryStateStore implements StateStore {
  private readonly partitions = new Map<string, MemoryPartition>();

  private partition({ group, topic, partition }: PartitionName): MemoryPartition {
    const name = `${group}:${topic}:${partition}`;
    let found = this.partitions.get(name);
    if (!found) this.partitions.set(name, (found = { epoch: 0, offset: null, entries: new Map() }));
    return found;
  }

  async open(owner: PartitionName): Promise<OpenedPartition> {
    const partition = this.partition(owner);
    partition.epoch += 1;
    return { epoch: partition.epoch, nextOffset: partition.offset };
  }

  async load(owner: PartitionName, keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
    const { entries } = this.partition(owner);
    return keys.map((key) => entries.get(key) ?? null);
  }

  async save(owner: PartitionName, save: PartitionSave): Promise<void> {
    const partition = this.partition(owner);
    if (partition.epoch !== save.epoch) throw new StaleOwner(`epoch is ${partition.epoch}, not ${save.epoch}`);
    if (partition.offset === save.nextOffset && save.nextOffset !== save.expectedOffset) return;
    if (partition.offset !== save.expectedOffset) throw new StaleOwner(`offset is ${partition.offset}, not ${save.expectedOffset}`);
    for (const { key, op, bytes } of save.writes) {
      if (op === 'delete') partition.entries.delete(key);
      else if (op === 'set') partition.entries.set(key, Buffer.from(bytes ?? Buffer.alloc(0)));
      else partition.entries.set(key, Buffer.concat([partition.entries.get(key) ?? Buffer.alloc(0), bytes ?? Buffer.alloc(0)]));
    }
    partition.offset = save.nextOffset;
  }

  async clear(owner: PartitionName): Promise<void> {
    const partition = this.partition(owner);
    partition.epoch += 1;
    partition.offset = null;
    partition.entries.clear();
  }
}
