import { type FoldContext, leadingUuid, type OutgoingRecord, progressRecord, type Stage } from '@stakewatch/runtime';
import { SERVICE } from '../config';
import { Decider, type DeciderDeps } from './decider';
import { eventAt, readEvent } from './event-bytes';
import type { EventPlace } from './event-place';
import { ownBytes } from './own-bytes';
import { SignalPacker } from './signal-packer';
import { SubjectStates } from './subject-states';

/** Held for a whole batch, an event that was read would cost the garbage collector more than reading it when it is folded. */
type EventInput = EventPlace<'player'>;

const NOTHING: readonly never[] = [];

/**
 * betting.events.v1: each event is decided on by the rules on its player and session, and handed on to the owners of its
 * device, phone and IP where a rule of its company needs that. Signals go out with the alerts of the batch, before its state is
 * saved: what a crash repeats, the second stage knows by its uuid.
 */
export function eventStage(deps: DeciderDeps & { readonly signalPartitions: number }): Stage<EventInput, SubjectStates<EventInput>> {
  const { codec, rulesFor } = deps;
  const decider = new Decider(deps);
  let packer: SignalPacker | undefined;
  const outputs: OutgoingRecord[] = [];
  let batch: FoldContext | undefined;
  return {
    decode(record, spare) {
      const event = eventAt(ownBytes(codec, 'betting-event', record), spare);
      event.offset = record.offset;
      return event;
    },
    keep: (budget) => new SubjectStates(budget, deps.pages, (input, note) => note(input)),
    fold(input, states, at) {
      const { companyId } = input;
      // A batch that failed half-way is folded again from its beginning, under a context of its own.
      if (batch !== at) [batch, packer] = [at, new SignalPacker(deps.signalPartitions)];
      const event = readEvent(input);
      outputs.length = 0;
      const outcome = decider.decide('player', companyId, event, states.stateOf(input), at, outputs);
      if (outcome !== 'duplicate') packer?.add(companyId, event, rulesFor(companyId).signals, input.offset);
      return outputs.length === 0 ? NOTHING : [...outputs];
    },
    endBatch(range, at, refused) {
      decider.tell();
      const sourceTime = Math.floor(at.nowMicros / 1_000);
      const signals = batch === at ? (packer?.take(codec, range, sourceTime) ?? []) : [];
      [batch, packer] = [undefined, undefined];
      return [...signals, progressRecord(codec, SERVICE, range, { processed_at: sourceTime, handed_to: [...new Set(signals.map(({ partition }) => partition as number))], refused: refused.flatMap(({ value }) => leadingUuid(value) ?? []) })];
    },
  };
}
