import { SubjectState } from '@stakewatch/rules';
import { type FoldContext, type OutgoingRecord, type Stage, Unreadable } from '@stakewatch/runtime';
import { Decider, type DeciderDeps, subjectWrite } from './decider';
import { progressRecord } from './event-stage';
import { ownBytes } from './own-bytes';
import { readSignal, type SignalPlace, signalsOf } from './signal-bytes';

interface SignalInput {
  readonly sourceTime: number;
  /** The record in this build's own schema; a signal itself is read when it is folded. */
  readonly value: Buffer;
  readonly signals: readonly SignalPlace[];
  readonly keys: readonly string[];
}

/** velocity.signals.v1: each signal is decided on by the rules on its device, phone or IP. */
export function signalStage(deps: DeciderDeps): Stage<SignalInput, SubjectState> {
  const { codec } = deps;
  const decider = new Decider(deps);
  let batch: FoldContext | undefined;
  let sourceTime = 0;
  return {
    decode(record) {
      if (!record.value) throw new Unreadable('the record has no value');
      const value = ownBytes(codec, 'velocity-signals', record.value);
      const { sourceTime: at, signals } = signalsOf(value);
      return { sourceTime: at, value, signals, keys: signals.map(({ key }) => key) };
    },
    keysOf: ({ keys }) => keys,
    restore: (_key, bytes) => SubjectState.restore(bytes, deps.pages),
    fold(input, states, at) {
      if (batch !== at) [batch, sourceTime] = [at, 0];
      sourceTime = Math.max(sourceTime, input.sourceTime);
      const outputs: OutgoingRecord[] = [];
      for (const place of input.signals) decider.decide(place.type, place.companyId, readSignal(input.value, place), states.get(place.key) as SubjectState, at, outputs);
      return outputs;
    },
    endBatch(range, at) {
      decider.tell();
      const source_time = batch === at ? sourceTime : null;
      return [progressRecord(codec, range, { processed_at: Math.floor(at.nowMicros / 1_000), source_time, handed_to: [] })];
    },
    takeWrite: subjectWrite,
    sizeOf: (state) => state.sizeOf(),
    release: (state) => state.release(),
  };
}
