import { TOPICS, type VelocitySignal } from '@stakewatch/contracts';
import { type RuleSet, SHARED_SUBJECTS, SUBJECT_FIELD } from '@stakewatch/rules';
import { type AvroCodec, type OutgoingRecord, partitionOf, type ReadEvent } from '@stakewatch/runtime';
import { stateKey } from './decider';

/** Collects the signals of a batch by the partition that owns their subject: one record a partition. */
export class SignalPacker {
  private readonly byPartition = new Map<number, VelocitySignal[]>();

  constructor(private readonly partitions: number) {}

  /** `needed` says for each kind of subject which event types (mask) a rule of the company needs. */
  add(event: ReadEvent, needed: RuleSet['signals'], type: number): void {
    for (const subjectType of SHARED_SUBJECTS) {
      if ((needed[subjectType] & type) === 0) continue;
      const subject = event[SUBJECT_FIELD[subjectType]];
      if (!subject) continue;
      const partition = partitionOf(Buffer.from(stateKey(subjectType, event.company_id, subject)), this.partitions);
      const signals = this.byPartition.get(partition);
      const signal = signalOf(event, subjectType);
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

/** Field by field: a copy by `...` of so many fields is an object in slow form, and costs several times as much. */
function signalOf(event: ReadEvent, subject_type: VelocitySignal['subject_type']): VelocitySignal {
  return {
    subject_type,
    uuid: event.uuid,
    company_id: event.company_id,
    event_type: event.event_type,
    event_timestamp: event.event_timestamp,
    received_at: event.received_at,
    player_id: event.player_id,
    amount: event.amount,
    currency: event.currency,
    balance_before: event.balance_before,
    balance_after: event.balance_after,
    game_odds: event.game_odds,
    player_kyc_level: event.player_kyc_level,
    player_country: event.player_country,
    operator: event.operator,
    ip_address: event.ip_address,
    session_id: event.session_id,
    device_id: event.device_id,
    player_phone: event.player_phone,
    device_type: event.device_type,
    game_type: event.game_type,
    game_id: event.game_id,
    game_sport: event.game_sport,
    game_competition: event.game_competition,
  };
}
