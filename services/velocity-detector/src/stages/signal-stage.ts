import type { FoldContext, OutgoingRecord, Stage } from '@stakewatch/runtime';
import { Decider, type DeciderDeps } from './decider';
import { progressRecord } from './event-stage';
import { ownBytes } from './own-bytes';
import { readSignal, type Signals, signalsAt } from './signal-bytes';
import { SubjectStates } from './subject-states';

/** velocity.signals.v1: each signal is decided on by the rules on its device, phone or IP. */
export function signalStage(deps: DeciderDeps): Stage<Signals, SubjectStates<Signals>> {
  const { codec } = deps;
  const decider = new Decider(deps);
  let batch: FoldContext | undefined;
  let sourceTime = 0;
  return {
    decode: (record, spare) => signalsAt(ownBytes(codec, 'velocity-signals', record), spare),
    keep: (budget) => new SubjectStates(budget, deps.pages, ({ signals }, note) => signals.forEach(note)),
    fold(input, states, at) {
      if (batch !== at) [batch, sourceTime] = [at, 0];
      sourceTime = Math.max(sourceTime, input.sourceTime);
      const outputs: OutgoingRecord[] = [];
      for (const place of input.signals) decider.decide(place.type, place.companyId, readSignal(place), states.stateOf(place), at, outputs);
      return outputs;
    },
    endBatch(range, at) {
      decider.tell();
      const source_time = batch === at ? sourceTime : null;
      return [progressRecord(codec, range, { processed_at: Math.floor(at.nowMicros / 1_000), source_time, handed_to: [] })];
    },
  };
}
