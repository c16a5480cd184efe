import { type Door, passes } from '../app/door';
import { ApiError } from '../app/api-error';
import { answer, answerError, type Exchange } from '../app/exchange';
import { type BodyWaiter, type HeldBody, JSON_TYPE, receiveBody } from '../app/body';
import type { InFlightBytes } from '../app/in-flight';
import { parseJson } from '../app/json';
import type { Principal } from '../auth/authenticator';
import type { RatePosition, Visitor } from '../limits/rate-limiter';
import type { OwnReservation } from './answer-memory';
import { type Accepted, acceptedOf, isAsciiId, singleAnswer } from './answers';
import type { EventValues } from './event-values';
import { type Candidate, readSingle, type SingleDeps, type SingleIntake } from './single';

export interface PassageDeps extends SingleDeps {
  readonly door: Door;
  readonly budget: InFlightBytes;
  readonly limits: { readonly singleBodyBytes: number };
  readonly counted: { accepted(events: number, route: string): void; refused(events: number, route: string): void };
}

const ROUTE = 'single';

/**
 * One `POST /api/v1/events` without an Idempotency-Key, from its headers to its answer: authenticate -> read -> count against the limit
 * and reserve the answer, in one call -> take in -> answer. It is itself whom each step reports to.
 */
export class SinglePassage implements BodyWaiter, Visitor, Candidate {
  principal!: Principal;
  values!: EventValues;
  uuid = '';
  own!: OwnReservation;
  private body: HeldBody | null = null;
  private fault: unknown = null;
  private readonly leave: (status: number, error?: unknown) => void;

  constructor(
    private readonly deps: PassageDeps,
    private readonly intake: SingleIntake,
    private readonly exchange: Exchange,
  ) {
    this.leave = deps.door.enter(ROUTE);
  }

  get scope(): string {
    return this.principal.scope;
  }

  /** Nothing is reserved for what will be refused. */
  get reservation(): OwnReservation | null {
    return this.fault === null ? this.own : null;
  }

  begin(): void {
    const { deps, exchange } = this;
    try {
      this.principal = deps.door.admit(exchange);
    } catch (error) {
      return this.failed(error);
    }
    receiveBody(exchange.request, exchange.response, deps.limits.singleBodyBytes, deps.budget, JSON_TYPE, this);
  }

  received(body: HeldBody): void {
    this.body = body;
    try {
      this.read(body.bytes);
    } catch (error) {
      this.fault = error;
    }
    this.deps.door.count(this);
  }

  /** Of the body: it counts against the limit all the same. */
  notReceived(error: unknown): void {
    this.fault = error;
    this.deps.door.count(this);
  }

  private read(bytes: Buffer): void {
    const { deps, principal } = this;
    this.values = readSingle(deps, parseJson(bytes), this.exchange.language);
    this.uuid = principal.identity.uuidOf(this.values.external_event_id);
    this.own = deps.answers.reservation(principal.scope, this.uuid, acceptedOf(this.values));
  }

  /** Being over the limit comes before every other fault. */
  counted(at: RatePosition, found: string | null | undefined): void {
    if (!passes(this.exchange, at)) this.overLimit(found);
    else if (this.fault !== null) this.refuse(this.fault);
    else this.intake.take(this, found);
  }

  takenIn(accepted: Accepted): void {
    this.deps.counted.accepted(1, ROUTE);
    const id = this.values.external_event_id;
    answer(this.exchange, 202, singleAnswer(this.uuid, id, accepted), isAsciiId(id));
    this.end(202);
  }

  failed(error: unknown): void {
    this.end(answerError(this.exchange, error).status, error);
  }

  private overLimit(found: string | null | undefined): void {
    const { answers } = this.deps;
    // Whether a Redis that did not answer has the reservation is not known.
    if (this.reservation) (found === undefined ? answers.lost : answers.unused)(this.reservation);
    this.failed(new ApiError('RATE_LIMITED'));
  }

  private refuse(fault: unknown): void {
    if (fault instanceof ApiError && fault.code === 'INVALID_BODY') this.deps.counted.refused(1, ROUTE);
    this.failed(fault);
  }

  private end(status: number, error?: unknown): void {
    this.body?.release();
    this.leave(status, error);
  }
}
