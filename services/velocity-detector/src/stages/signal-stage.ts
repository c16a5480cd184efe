import type { VelocitySignal } from '@stakewatch/contracts';
import { SUBJECT_FIELD, SubjectState } from '@stakewatch/rules';
import { type FoldContext, type OutgoingRecord, type Stage, Unreadable } from '@stakewatch/runtime';
import { Decider, type DeciderDeps, stateKey, subjectWrite } from './decider';
import { progressRecord } from './event-stage';

interface SignalInput {
  readonly sourceTime: number;
  readonly signals: readonly { readonly event: VelocitySignal; readonly subject: string; readonly key: string }[];
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
      const { source_time, signals } = codec.decode('velocity-signals', record.value);
      return { sourceTime: source_time, signals: signals.map(subjectOfSignal) };
    },
    keysOf: ({ signals }) => signals.map(({ key }) => key),
    restore: (_key, bytes) => SubjectState.restore(bytes, deps.pages),
    fold(input, states, at) {
      if (batch !== at) [batch, sourceTime] = [at, 0];
      sourceTime = Math.max(sourceTime, input.sourceTime);
      const outputs: OutgoingRecord[] = [];
      for (const { event, subject, key } of input.signals) decider.decide(event.subject_type, subject, event, states.get(key) as SubjectState, at, outputs);
      return outputs;
    },
    endBatch(range, at) {
      const source_time = batch === at ? sourceTime : null;
      return [progressRecord(codec, range, { processed_at: Math.floor(at.nowMicros / 1_000), source_time, handed_to: [] })];
    },
    takeWrite: subjectWrite,
    sizeOf: (state) => state.sizeOf(),
    release: (state) => state.release(),
  };
}

function subjectOfSignal(event: VelocitySignal) {
  const subject = event[SUBJECT_FIELD[event.subject_type]];
  if (!subject) throw new Unreadable(`a signal without its ${event.subject_type}`);
  return { event, subject, key: stateKey(event.subject_type, event.company_id, subject) };
}
