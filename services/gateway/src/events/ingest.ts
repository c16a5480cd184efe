import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, answerError, type Exchange, openExchange } from '../app/exchange';
import { ApiError } from '../app/api-error';
import { type HeldBody, readBody } from '../app/body';
import type { InFlightBytes } from '../app/in-flight';
import { parseJson } from '../app/json';
import type { Door } from '../app/door';
import type { Principal } from '../auth/authenticator';
import { type Accepted, acceptedOf, batchAnswer, singleAnswer } from './answers';
import { type BatchDeps, eventsOf, prepareBatch } from './batch';
import { type Idempotency, idempotencyKeyOf, type StoredAnswer } from './idempotency';
import { readSingle, type SingleDeps, SingleIntake } from './single';
import { SinglePassage } from './single-passage';

export interface IngestDeps extends SingleDeps, BatchDeps {
  readonly door: Door;
  readonly idempotency: Idempotency;
  readonly budget: InFlightBytes;
  readonly limits: { readonly singleBodyBytes: number; readonly batchBodyBytes: number };
  /** Counts events of requests that were answered with success. */
  readonly counted: { accepted(events: number, route: string): void; refused(events: number, route: string): void };
}

export type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** The two ingest routes, plain node:http: what express costs would be most of a single event's CPU (docs/performance.md). */
export function ingestRoutes(deps: IngestDeps): { readonly single: Route; readonly batch: Route } {
  const intake = new SingleIntake(deps);

  const keyed = route(deps, 'single', deps.limits.singleBodyBytes, async ({ language }, principal, body, idempotencyKey, admitted) => {
    const values = readSingle(deps, parseJson(body), language);
    await admitted;
    return once(deps, principal, idempotencyKey, body, async () => {
      const { scope } = principal;
      const uuid = principal.identity.uuidOf(values.external_event_id);
      const own = deps.answers.reservation(scope, uuid, acceptedOf(values));
      const found = await deps.answers.reserve(own);
      const accepted = await new Promise<Accepted>((takenIn, failed) => intake.take({ scope, uuid, values, own, takenIn, failed }, found));
      deps.counted.accepted(1, 'single');
      return { status: 202, json: singleAnswer(uuid, values.external_event_id, accepted) };
    });
  });

  const single: Route = (request, response) => {
    if (request.headers['idempotency-key'] !== undefined) return keyed(request, response);
    new SinglePassage(deps, intake, openExchange(request, response)).begin();
  };

  const batch = route(deps, 'batch', deps.limits.batchBodyBytes, async ({ language }, principal, body, idempotencyKey, admitted) => {
    await admitted;
    const events = eventsOf(parseJson(body), language);
    return once(deps, principal, idempotencyKey, body, async () => {
      const { results, records } = prepareBatch(deps, principal, events, language);
      if (records.length > 0) await deps.publisher.publish(records);
      const failed = results.reduce((count, { uuid }) => count + (uuid === null ? 1 : 0), 0);
      deps.counted.accepted(results.length - failed, 'batch');
      if (failed > 0) deps.counted.refused(failed, 'batch');
      return { status: 200, json: batchAnswer(results) };
    });
  });

  return { single, batch };
}

/** @param admitted resolves when the company is within its limit; work writes nothing before. */
type Work = (exchange: Exchange, principal: Principal, body: Buffer, idempotencyKey: string | null, admitted: Promise<void>) => Promise<StoredAnswer>;

/** authenticate -> count against the limit while the body comes in -> work -> answer. */
function route(deps: IngestDeps, name: string, bodyLimit: number, work: Work): Route {
  return (request, response) => {
    const exchange = openExchange(request, response);
    void handle(deps, exchange, name, bodyLimit, work);
  };
}

async function handle(deps: IngestDeps, exchange: Exchange, name: string, bodyLimit: number, work: Work): Promise<void> {
  const finish = deps.door.enter(name);
  let body: HeldBody | undefined;
  let outcome: { readonly status: number; readonly error?: unknown };
  let admitted: Promise<void> = Promise.resolve();
  try {
    const principal = deps.door.admit(exchange);
    admitted = deps.door.limit(exchange, principal);
    admitted.catch(() => undefined); // looked at below, also when something else fails first
    body = await readBody(exchange.request, exchange.response, bodyLimit, deps.budget);
    const { status, json } = await work(exchange, principal, body.bytes, idempotencyKeyOf(exchange.request.headers['idempotency-key']), admitted);
    answer(exchange, status, json);
    outcome = { status };
  } catch (failure) {
    // The rate headers belong on every answer, and being over the limit comes before every other fault.
    const error = await admitted.then(() => failure as unknown, (limited: unknown) => limited);
    if (error instanceof ApiError && error.code === 'INVALID_BODY' && name === 'single') deps.counted.refused(1, name);
    outcome = { status: answerError(exchange, error).status, error };
  }
  body?.release();
  finish(outcome.status, outcome.error);
}

/** With an Idempotency-Key: the answer given before, or this one, kept. Without: just this one. */
async function once(deps: IngestDeps, { scope }: Principal, key: string | null, body: Buffer, run: () => Promise<StoredAnswer>): Promise<StoredAnswer> {
  if (key === null) return run();
  const before = await deps.idempotency.begin(scope, key, body);
  return before ?? deps.idempotency.finish(scope, key, await run());
}

