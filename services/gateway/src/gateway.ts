import type { RequestListener } from 'node:http';
import { ApiKeyRecord, CompanyRecord, LookupRecord, TOPICS } from '@stakewatch/contracts';
import type { AvroCodec, IngestProducer, LogClient, Metrics, Tally } from '@stakewatch/runtime';
import type { Redis } from 'ioredis';
import { ApiError } from './app/api-error';
import type { ApiRoute } from './app/api-route';
import { nowMicros } from './app/clock';
import { createDoor } from './app/door';
import { InFlightBytes } from './app/in-flight';
import { watchReadiness } from './app/readiness';
import { createSurface } from './app/surface';
import { createAuthenticator } from './auth/authenticator';
import { openApiDocument } from './docs/openapi';
import { createAnswerMemory } from './events/answer-memory';
import { createIdempotency } from './events/idempotency';
import { ingestRoutes } from './events/ingest';
import { createEventPublisher } from './events/publisher';
import { type EventStatusReader, statusAnswer } from './events/status';
import { createEventValidator, type EventValidator } from './events/validator';
import { createRateLimiter } from './limits/rate-limiter';
import { watchRedisRoom } from './limits/redis-room';
import { RESTRAINT } from './limits/room';
import { observeRoom } from './limits/room-observer';
import { lookupsAnswer } from './lookups/answer';
import { createOperatorList } from './lookups/known-operators';

export interface GatewayDeps {
  readonly log: Pick<LogClient, 'table'>;
  readonly codec: AvroCodec;
  readonly producer: IngestProducer;
  /** A connection of its own that fails fast: what Redis remembers is never waited for long. */
  readonly redis: Redis;
  readonly status: EventStatusReader;
  readonly metrics: Metrics;
  readonly logger: Record<'error' | 'warn' | 'info', (fields: object, message: string) => void>;
  readonly version: string;
  /** Of the surfaces beside the events'. */
  readonly routes?: readonly ApiRoute[];
  /** Routes that read events with the very validator of the ingest routes. */
  readonly eventRoutes?: (validator: EventValidator) => readonly ApiRoute[];
  readonly settings: {
    readonly keyPepper: string;
    readonly singleBodyBytes: number;
    readonly batchBodyBytes: number;
    readonly inFlightBytes: number;
  };
}

export interface Gateway {
  readonly http: RequestListener;
  ready(): string | null;
  /** Refuses what comes, finishes what is inside. */
  drain(): Promise<void>;
}

/** Puts the gateway together: tables and schema are read before it opens. */
export async function openGateway(deps: GatewayDeps): Promise<Gateway> {
  const { log, metrics, settings, producer } = deps;
  const [keys, companies, lookups] = await Promise.all([log.table('apiKeys', ApiKeyRecord), log.table('companies', CompanyRecord), log.table('lookups', LookupRecord), deps.codec.register('betting-event')]);
  const readiness = watchReadiness(() => producer.probe(TOPICS.bettingEvents.name));
  const room = watchRedisRoom(deps.redis, observeRoom(deps.logger));
  await Promise.all([readiness.first, room.first]);
  let open = true;

  const redisFailures = metrics.counter('stakewatch_gateway_redis_failures_total');
  metrics.reading('stakewatch_gateway_redis_memory_ratio', () => room.share);
  metrics.reading('stakewatch_gateway_redis_restraint_level', () => RESTRAINT[room.now]);
  const unshared = metrics.tally('stakewatch_gateway_answers_unshared_total', {});
  const operators = createOperatorList(lookups);
  const budget = new InFlightBytes(settings.inFlightBytes);
  metrics.reading('stakewatch_gateway_in_flight_bytes', () => budget.bytes);
  const door = createDoor({
    authenticator: createAuthenticator(keys, companies, settings.keyPepper),
    limiter: createRateLimiter(deps.redis),
    isOpen: () => open,
    observe: observer(deps),
  });
  const validator = createEventValidator(operators);
  const answers = createAnswerMemory({ redis: deps.redis, hasRoom: room.hasAnswers, onUnshared: () => unshared.add(1), onFailure: () => redisFailures.inc({ use: 'answers' }) });
  const ingest = ingestRoutes({
    door,
    budget,
    validator,
    publisher: createEventPublisher(deps.codec, producer),
    answers,
    idempotency: createIdempotency({ redis: deps.redis, hasRoom: room.hasKeys, onFailure: () => redisFailures.inc({ use: 'idempotency' }) }),
    limits: settings,
    counted: { accepted: byRoute(metrics, 'stakewatch_events_accepted_total'), refused: byRoute(metrics, 'stakewatch_events_refused_total') },
    nowMicros,
  });
  const routes = [...(deps.routes ?? []), ...(deps.eventRoutes?.(validator) ?? [])];
  metrics.counter('stakewatch_http_requests_total', { route: [...OWN_ROUTES, ...routes.map(({ name }) => name)] });
  const ready = () => (open ? readiness.reason() : 'draining');
  const http = createSurface({
    ingest,
    door,
    metrics,
    openApi: JSON.stringify(openApiDocument(deps.version)),
    notReady: ready,
    budget,
    routes,
    lookups: () => lookupsAnswer(operators),
    status: (principal, uuid) => statusAnswer(deps.status, principal, uuid),
  });
  return {
    http,
    ready,
    async drain() {
      open = false;
      readiness.stop();
      await door.empty();
      room.stop();
      await answers.end();
    },
  };
}

/** Beside those of the surfaces. */
const OWN_ROUTES = ['single', 'batch', 'status', 'lookups'];

/** One line per answer that is our fault, with its cause; none with what the caller sent. */
function observer({ metrics, logger }: GatewayDeps) {
  const seconds = metrics.histogram('stakewatch_http_request_duration_seconds');
  // Looking a child up by its labels costs more than counting does.
  const durations = new Map<string, ReturnType<typeof seconds.labels>>();
  const counts = new Map<string, Map<number, Tally>>();
  return (route: string, status: number, duration: number, error: unknown): void => {
    const ofRoute = childOf(counts, route, () => new Map<number, Tally>());
    childOf(ofRoute, status, () => metrics.tally('stakewatch_http_requests_total', { route, status: String(status) })).add(1);
    childOf(durations, route, () => seconds.labels({ route })).observe(duration);
    if (status < 500) return;
    const cause = error instanceof ApiError ? error.details.cause : error;
    if (status === 500) logger.error({ route, err: cause }, 'a request failed');
    else logger.warn({ route, status, error: cause instanceof Error ? cause.message || cause.name : undefined }, 'a request was not served');
  };
}

/** Counts events by route. */
function byRoute(metrics: Metrics, name: 'stakewatch_events_accepted_total' | 'stakewatch_events_refused_total') {
  metrics.counter(name);
  const tallies = new Map<string, Tally>();
  return (events: number, route: string): void => childOf(tallies, route, () => metrics.tally(name, { route })).add(events);
}

function childOf<Name, Child>(made: Map<Name, Child>, name: Name, make: () => Child): Child {
  let child = made.get(name);
  if (!child) made.set(name, (child = make()));
  return child;
}
