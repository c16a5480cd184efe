import type { Language } from '@stakewatch/contracts';
import { ApiError } from '../app/api-error';
import type { Principal } from '../auth/authenticator';
import type { AnswerMemory } from './answer-memory';
import { type Accepted, acceptedOf } from './answers';
import type { EventPublisher } from './publisher';
import type { EventValidator } from './validator';
import type { EventValues } from './event-values';

export interface SingleDeps {
  readonly validator: EventValidator;
  readonly publisher: EventPublisher;
  readonly answers: AnswerMemory;
  nowMicros(): number;
}

/** @throws {ApiError} INVALID_BODY */
export function readSingle(deps: SingleDeps, body: unknown, language: Language): EventValues {
  const now = deps.nowMicros();
  const values = deps.validator.accept(body, now);
  if (values) return values;
  throw new ApiError('INVALID_BODY', { errors: deps.validator.faults(body, now, language) });
}

/** A request with a single event that may be taken in. One of the two is called, once. */
export interface Candidate {
  readonly principal: Principal;
  readonly uuid: string;
  readonly values: EventValues;
  takenIn(accepted: Accepted): void;
  failed(error: unknown): void;
}

/**
 * Takes single events in. The same event many times at once is published once per gateway, and every one of them gets the same
 * answer: the first that any gateway remembered. Callbacks, not promises: this is the way of every single event, and a dozen
 * promises were a fifth of its cost (docs/performance.md).
 */
export class SingleIntake {
  private readonly running = new Map<string, Candidate[]>();

  constructor(private readonly deps: SingleDeps) {}

  /** @param recalled what the shared memory had for the event when it was asked. */
  take(candidate: Candidate, recalled: Accepted | null): void {
    const { uuid } = candidate;
    // Another request of this gateway may have been answered since the question was asked.
    const known = recalled ?? this.deps.answers.own(uuid);
    if (known) return candidate.takenIn(known);
    const others = this.running.get(uuid);
    if (others) return void others.push(candidate);
    this.running.set(uuid, [candidate]);
    this.publish(candidate);
  }

  private publish({ principal: { scope }, uuid, values }: Candidate): void {
    const { publisher, answers, nowMicros } = this.deps;
    const failed = (error: unknown) => this.settle(uuid, (waiting) => waiting.failed(error));
    try {
      const record = publisher.recordOf(uuid, scope, values, nowMicros());
      publisher.publish([record]).then(
        // Remembered only now: an answer that Redis knows stands for an event that Kafka has.
        () => answers.remember({ scope, uuid, accepted: acceptedOf(values), kept: (accepted) => this.settle(uuid, (waiting) => waiting.takenIn(accepted)) }),
        failed,
      );
    } catch (error) {
      failed(error);
    }
  }

  private settle(uuid: string, tell: (waiting: Candidate) => void): void {
    const waiting = this.running.get(uuid) as Candidate[];
    this.running.delete(uuid);
    waiting.forEach(tell);
  }
}
