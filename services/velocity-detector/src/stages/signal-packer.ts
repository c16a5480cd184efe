import { TOPICS } from '@stakewatch/contracts';
import { type PackedEvent, type RuleSet, SHARED_SUBJECTS, SUBJECT_FIELD, type SharedSubject, TEXT_PLACE } from '@stakewatch/rules';
import { type AvroCodec, AvroWriter, type BatchRange, LONGEST_LONG, type OutgoingRecord, partitionOf } from '@stakewatch/runtime';
import { writeSignal } from './signal-bytes';
import { StateKeys } from './state-keys';

interface Packed {
  readonly partition: number;
  readonly writer: AvroWriter;
  /** It has all signals for its partition of the events at these offsets, inclusive. */
  readonly fromOffset: number;
  toOffset: number;
  count: number;
}

const SUBJECTS = SHARED_SUBJECTS.map((type) => ({ type, place: TEXT_PLACE[SUBJECT_FIELD[type]] }));
const keys: Record<SharedSubject, StateKeys> = { device: new StateKeys('device'), phone: new StateKeys('phone'), ip: new StateKeys('ip') };
/**
 * A record of more goes on in another one: a broker takes up to 1,048,588 bytes, and a flood of events of one device and address can
 * hand all signals of a batch to one partition.
 */
const ENOUGH_BYTES = 512 * 1024;
/** Memory of signals that were taken, for those of the next batches: grown anew for each, it was a twentieth of the main thread. */
const spares: AvroWriter[] = [];
const MAX_SPARES = 16;
const MAX_SPARE_BYTES = 128 * 1024;
/** End of an Avro array. */
const END = Buffer.from([0]);

/** Collects the signals of a batch by the partition that owns their subject: one record a partition, more where that would be too large. */
export class SignalPacker {
  /** What still takes signals, by partition. */
  private readonly filling = new Map<number, Packed>();
  private readonly packed: Packed[] = [];
  private companyId: string | null = null;
  private company: Buffer = END;

  constructor(private readonly partitions: number) {}

  /** `needed` says for each kind of subject which event types (mask) a rule of the company needs. `offset`: the event's, ever higher. */
  add(companyId: string, event: PackedEvent, needed: RuleSet['signals'], offset: number): void {
    for (const { type, place } of SUBJECTS) {
      if ((needed[type] & (1 << event.type)) === 0) continue;
      const from = event.from[place] as number;
      const to = event.to[place] as number;
      if (from === to) continue;
      const key = keys[type].write(companyId, event.bytes, from, to);
      const packed = this.packedFor(partitionOf(key.bytes, this.partitions, key.length), offset);
      if (companyId !== this.companyId) [this.companyId, this.company] = [companyId, Buffer.from(companyId)];
      writeSignal(packed.writer, type, this.company, event);
      packed.count += 1;
    }
  }

  /** What was collected of a batch, as records; from here on it is empty. */
  take(codec: AvroCodec, source: BatchRange, sourceTime: number): OutgoingRecord[] {
    // The last one of a partition has what there is up to the end of the batch.
    for (const packed of this.filling.values()) packed.toOffset = source.toOffset;
    this.filling.clear();
    return this.packed.splice(0).map(({ partition, writer, count, fromOffset, toOffset }) => {
      const offsets = { source_from_offset: Math.max(fromOffset, source.fromOffset), source_to_offset: toOffset };
      // A record without signals, with what is packed in the place of its empty array.
      const empty = codec.encode('velocity-signals', { source_partition: source.partition, source_time: sourceTime, ...offsets, signals: [] });
      const head = empty.subarray(0, empty.length - END.length);
      const length = new AvroWriter(LONGEST_LONG);
      length.long(count);
      const value = Buffer.concat([head, length.written, writer.written, END]);
      if (spares.length < MAX_SPARES && writer.held <= MAX_SPARE_BYTES) spares.push(writer);
      return { topic: TOPICS.velocitySignals.name, partition, key: null, value };
    });
  }

  /** Signals of one event stay together, so that each record says by itself what it has seen all of. */
  private packedFor(partition: number, offset: number): Packed {
    let packed = this.filling.get(partition);
    if (!packed || (packed.writer.length >= ENOUGH_BYTES && packed.toOffset !== offset)) {
      packed = { partition, writer: spares.pop()?.reset() ?? new AvroWriter(), fromOffset: packed ? packed.toOffset + 1 : 0, toOffset: offset, count: 0 };
      this.filling.set(partition, packed);
      this.packed.push(packed);
    }
    packed.toOffset = offset;
    return packed;
  }
}
