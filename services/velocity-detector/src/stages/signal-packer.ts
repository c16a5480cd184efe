import { type BettingEvent, TOPICS, type VelocitySignal } from '@stakewatch/contracts';
import { type RuleSet, SHARED_SUBJECTS, SUBJECT_FIELD } from '@stakewatch/rules';
import { type AvroCodec, type OutgoingRecord, partitionOf } from '@stakewatch/runtime';
import { stateKey } from './decider';

/** Collects the signals of a batch by the partition that owns their subject: one record a partition. */
export class SignalPacker {
  private readonly byPartition = new Map<number, VelocitySignal[]>();

  constructor(private readonly partitions: number) {}

  /** `needed` says for each kind of subject which event types (mask) a rule of the company needs. */
  add(event: BettingEvent, needed: RuleSet['signals'], type: number): void {
    for (const subjectType of SHARED_SUBJECTS) {
      if ((needed[subjectType] & type) === 0) continue;
      const subject = event[SUBJECT_FIELD[subjectType]];
      if (!subject) continue;
      const partition = partitionOf(Buffer.from(stateKey(subjectType, event.company_id, subject)), this.partitions);
      const signals = this.byPartition.get(partition);
      const signal: VelocitySignal = { ...event, subject_type: subjectType };
      if (signals) signals.push(signal);
      else this.byPartition.set(partition, [signal]);
    }
  }

  take(codec: AvroCodec, sourcePartition: number, sourceTime: number): OutgoingRecord[] {
    return [...this.byPartition].map(([partition, signals]) => ({
      topic: TOPICS.velocitySignals.name,
      partition,
      key: null,
      value: codec.encode('velocity-signals', { source_partition: sourcePartition, source_time: sourceTime, signals }),
    }));
  }
}
