import { type BettingEvent, type BonusInput, decisionIdOf, TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, type FoldContext, leadingUuid, type LogRecord, NO_STATES, type OutgoingRecord, type OwnedStates, type Stage, Unreadable } from '@stakewatch/runtime';
import { type Signal, signalOf } from './domain/inputs';
import { packedFrom, refusalOf } from './refusals';

/** Signals in one record at most, so that records stay small and a command never waits behind a long one. */
const PACKED = 500;

interface ActivityInput {
  readonly event: BettingEvent;
  readonly offset: number;
}

/**
 * Re-keys betting events from their players to their companies: the same events, packed per batch, so that the scorer has them
 * in one order with the commands. Keeps no state; what a crash repeats has the events' own uuids and changes nothing.
 */
export function activityStage(codec: AvroCodec): Stage<ActivityInput, OwnedStates<ActivityInput>> {
  let batch: FoldContext | null = null;
  let packed = new Map<string, { signals: Signal[]; first: number; receivedAt: number }>();
  return {
    decode({ value, offset }: LogRecord) {
      if (value === null) throw new Unreadable('no value');
      return { event: codec.decode('betting-event', value), offset };
    },
    keep: () => NO_STATES,
    fold({ event, offset }, _states, at) {
      // A batch that failed half-way is folded again from its first record, with a context of its own.
      if (batch !== at) packed = new Map();
      batch = at;
      const pack = packed.get(event.company_id);
      if (pack) pack.signals.push(signalOf(event));
      else packed.set(event.company_id, { signals: [signalOf(event)], first: offset, receivedAt: event.received_at });
      return [];
    },
    endBatch({ topic, partition }, at, refused) {
      const records: OutgoingRecord[] = refused.flatMap((record) => refusalOf(codec, record, uuidIn(record), at));
      for (const [company, { signals, first, receivedAt }] of packed) {
        for (let from = 0; from < signals.length; from += PACKED) {
          const input: BonusInput = {
            uuid: decisionIdOf(company, 'bonus-scorer', 'activity', `${topic}/${partition}/${first}/${from}`),
            company_id: company,
            kind: 'activity',
            received_at: receivedAt,
            player_id: null,
            txn_date: null,
            body: '',
            signals: signals.slice(from, from + PACKED),
          };
          records.push({ topic: TOPICS.bonusChanges.name, key: company, headers: packedFrom({ topic, partition }), value: codec.encode('bonus-change', input) });
        }
      }
      packed = new Map();
      return records;
    },
  };
}

function uuidIn({ value }: LogRecord): readonly string[] {
  const uuid = leadingUuid(value);
  return uuid === null ? [] : [uuid];
}
