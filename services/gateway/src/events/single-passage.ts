import type { Door } from '../app/door';
import { passes } from '../app/door';
import { ApiError } from '../app/api-error';
import { answer, answerError, type Exchange } from '../app/exchange';
import { type BodyWaiter, type HeldBody, JSON_TYPE, receiveBody } from '../app/body';
import type { InFlightBytes } from '../app/in-flight';
import { parseJson } from '../app/json';
import type { Principal } from '../auth/authenticator';
import type { Visitor } from '../limits/rate-limiter';
import { type Accepted, singleAnswer } from './answers';
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
 * and ask for an earlier answer, in one call -> take in -> answer. It is itself whom each step reports to.
 */
export class SinglePassage implements BodyWaiter, Visitor, Candidate {
  principal!: Principal;
  values!: EventValues;
  uuid = '';
  memoryKey: string | null = null;
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
    const { deps, exchange, principal } = this;
    this.body = body;
    try {
      this.values = readSingle(deps, parseJson(body.bytes), exchange.language);
      this.uuid = principal.identity.uuidOf(this.values.external_event_id);
      this.memoryKey = deps.answers.keyOf(principal.scope, this.uuid);
    } catch (error) {
      this.fault = error;
    }
    deps.door.count(this);
  }

  /** Of the body: it counts against the limit all the same. */
  notReceived(error: unknown): void {
    this.fault = error;
    this.deps.door.count(this);
  }

  counted(at: Parameters<Visitor['counted']>[0], memory: string | null | undefined): void {
    const within = passes(this.exchange, at);
    // Being over the limit comes before every other fault.
    if (!within) return this.failed(new ApiError('RATE_LIMITED'));
    if (this.fault !== null) return this.refuse(this.fault);
    this.intake.take(this, this.deps.answers.read(memory));
  }

  takenIn(accepted: Accepted): void {
    this.deps.counted.accepted(1, ROUTE);
    answer(this.exchange, 202, singleAnswer(this.uuid, this.values.external_event_id, accepted));
    this.end(202);
  }

  failed(error: unknown): void {
    this.end(answerError(this.exchange, error).status, error);
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
