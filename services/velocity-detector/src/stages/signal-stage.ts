import { type FoldContext, type OutgoingRecord, progressRecord, type Stage } from '@stakewatch/runtime';
import { SERVICE } from '../config';
import { Decider, type DeciderDeps } from './decider';
import { ownBytes } from './own-bytes';
import { readSignal, type Signals, signalsAt } from './signal-bytes';
import { SourceRanges } from './source-ranges';
import { SubjectStates } from './subject-states';

/** velocity.signals.v1: each signal is decided on by the rules on its device, phone or IP. */
export function signalStage(deps: DeciderDeps): Stage<Signals, SubjectStates<Signals>> {
  const { codec } = deps;
  const decider = new Decider(deps);
  let batch: FoldContext | undefined;
  let sourceTime = 0;
  let sources = new SourceRanges();
  return {
    decode: (record, spare) => signalsAt(ownBytes(codec, 'velocity-signals', record), spare),
    keep: (budget) => new SubjectStates(budget, deps.pages, ({ signals }, note) => signals.forEach(note)),
    fold(input, states, at) {
      if (batch !== at) [batch, sourceTime, sources] = [at, 0, new SourceRanges()];
      sourceTime = Math.max(sourceTime, input.sourceTime);
      sources.add(input);
      const outputs: OutgoingRecord[] = [];
      for (const place of input.signals) decider.decide(place.type, place.companyId, readSignal(place), states.stateOf(place), at, outputs);
      return outputs;
    },
    endBatch(range, at) {
      decider.tell();
      const seen = batch === at ? { source_time: sourceTime, sources: sources.ranges } : {};
      return [progressRecord(codec, SERVICE, range, { processed_at: Math.floor(at.nowMicros / 1_000), ...seen })];
    },
  };
}
