import type { Language } from '@stakewatch/contracts';
import { ApiError } from '../app/api-error';
import type { AnswerMemory, EarlierAnswer, OwnReservation } from './answer-memory';
import type { Accepted } from './answers';
import type { EventPublisher } from './publisher';
import { UnderWay } from './under-way';
import type { EventValidator } from './validator';
import type { EventValues } from './event-values';

export interface SingleDeps {
  readonly validator: EventValidator;
  readonly publisher: EventPublisher;
  readonly answers: AnswerMemory;
  nowMicros(): number;
}

/** Values of the event, received now. @throws {ApiError} INVALID_BODY */
export function readSingle(deps: SingleDeps, body: unknown, language: Language): EventValues {
  const now = deps.nowMicros();
  const values = deps.validator.accept(body, now);
  if (!values) throw new ApiError('INVALID_BODY', { errors: deps.validator.faults(body, now, language) });
  values.received_at = now;
  return values;
}

/** A request with a single event that may be taken in. One of the two is called, once. */
export interface Candidate {
  readonly scope: string;
  readonly uuid: string;
  readonly values: EventValues;
  /** What it is answered unless an answer was given or reserved before. */
  readonly own: OwnReservation;
  takenIn(accepted: Accepted): void;
  failed(error: unknown): void;
}

/**
 * Takes single events in. The same event many times at once is published once per gateway, and every one of them gets the same
 * answer: the first that any gateway reserved. Callbacks, not promises: this is the way of every single event (docs/performance.md).
 */
export class SingleIntake {
  private readonly underWay = new UnderWay<Candidate>();

  constructor(private readonly deps: SingleDeps) {}

  /** @param found what stood in Redis where the candidate's answer was to be reserved. */
  take(candidate: Candidate, found: string | null | undefined): void {
    const { uuid } = candidate;
    const { answers } = this.deps;
    const earlier = answers.earlier(candidate.own, found);
    if (!this.underWay.join(uuid, candidate)) return;
    const own = answers.own(uuid, found);
    if (own) this.settle(uuid, own);
    else if (earlier) this.followUp(candidate, earlier);
    else this.publish(candidate, candidate.own.accepted);
  }

  /** The answer was reserved before: its event is in Kafka, or who reserved it has died, or was refused by Kafka, and this request makes it good. */
  private followUp(candidate: Candidate, { accepted, isKept }: EarlierAnswer): void {
    isKept().then((kept) => (kept ? this.settle(candidate.uuid, accepted) : this.publish(candidate, accepted)), (error: unknown) => this.fail(candidate.uuid, error));
  }

  /** A crash here leaves an answer reserved that nobody got; the event sent again is published, and gets that answer. */
  private publish({ scope, uuid, values }: Candidate, accepted: Accepted): void {
    const { publisher } = this.deps;
    try {
      const record = publisher.recordOf(uuid, scope, values, accepted.received_at);
      publisher.publishOne(record, (error) => (error === null ? this.settle(uuid, accepted) : this.fail(uuid, error)));
    } catch (error) {
      this.fail(uuid, error);
    }
  }

  private settle(uuid: string, accepted: Accepted): void {
    for (const candidate of this.underWay.leave(uuid)) {
      this.deps.answers.kept(uuid, accepted, candidate.own);
      candidate.takenIn(accepted);
    }
  }

  private fail(uuid: string, error: unknown): void {
    for (const candidate of this.underWay.leave(uuid)) {
      this.deps.answers.lost(candidate.own);
      candidate.failed(error);
    }
  }
}
