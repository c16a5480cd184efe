import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { type ApiKeyRecord, type CompanyRecord, type Environment, type LookupRecord, TOPICS } from '@stakewatch/contracts';
import { issueApiKey } from '@stakewatch/control';
import { type AvroCodec, createAvroCodec, createLogger, createMemorySchemaIds, type IngestProducer, MemoryLog, Metrics } from '@stakewatch/runtime';
import Redis from 'ioredis';
import { configureServer } from '../app/server';
import type { EventStatusReader } from '../events/status';
import type { EventValidator } from '../events/validator';
import type { ApiRoute } from '../app/api-route';
import { type Gateway, openGateway } from '../gateway';

export const PEPPER = 'a pepper for tests, long enough to count';

/** A control plane and log in memory that several gateways may share. */
export class FixtureWorld {
  readonly log = new MemoryLog(6);
  readonly codec: AvroCodec = createAvroCodec(createMemorySchemaIds());

  company(id: string, more: Partial<CompanyRecord> = {}): void {
    this.put(TOPICS.companies.name, id, { id, name: id, plan: 'standard', createdAt: new Date().toISOString(), ...more } satisfies CompanyRecord);
  }

  key(companyId: string, environment: Environment = 'live'): { key: string; record: ApiKeyRecord } {
    const issued = issueApiKey({ companyId, environment, name: 'test', pepper: PEPPER, now: new Date() });
    this.put(TOPICS.apiKeys.name, issued.record.id, issued.record);
    return issued;
  }

  operator(record: Omit<LookupRecord, 'kind'>): void {
    this.put(TOPICS.lookups.name, `operator|${record.code}`, { kind: 'operator', ...record });
  }

  put(topic: string, key: string, value: object): void {
    this.log.append({ topic, key, value: Buffer.from(JSON.stringify(value)) });
  }

  /** Every event in the log, decoded. */
  events() {
    return this.log.records(TOPICS.bettingEvents.name).map((record) => ({ key: record.key?.toString(), ...this.codec.decode('betting-event', record.value as Buffer) }));
  }
}

export interface FixtureOptions {
  /** Absent: a Redis that is down. */
  readonly redis?: Redis;
  readonly producer?: Partial<IngestProducer>;
  readonly status?: EventStatusReader;
  readonly routes?: readonly ApiRoute[];
  readonly eventRoutes?: (validator: EventValidator) => readonly ApiRoute[];
}

export interface FixtureGateway {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly server: Server;
  readonly metrics: Metrics;
  /** All log lines so far. */
  logged(): string;
  close(): Promise<void>;
}

export async function startGateway(world: FixtureWorld, options: FixtureOptions = {}): Promise<FixtureGateway> {
  const sink = new PassThrough();
  const lines: string[] = [];
  sink.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const metrics = new Metrics('gateway');
  const redis = options.redis ?? new Redis({ lazyConnect: true, enableOfflineQueue: false, port: 1, retryStrategy: () => null, disconnectTimeout: 10 });
  redis.on('error', () => undefined);
  const memory = await world.log.producer();
  const send: IngestProducer['send'] = options.producer?.send ?? ((records) => memory.send(records));
  const append: IngestProducer['append'] = (record, done) => void send([record]).then(() => done(null), done);
  const gateway = await openGateway({
    log: world.log,
    codec: world.codec,
    producer: { send, append, close: memory.close, probe: async () => undefined, ...options.producer },
    redis,
    status: options.status ?? { status: async () => null },
    metrics,
    logger: createLogger('gateway', 'info', sink),
    version: '1.0.0',
    ...(options.routes ? { routes: options.routes } : {}),
    ...(options.eventRoutes ? { eventRoutes: options.eventRoutes } : {}),
    settings: { keyPepper: PEPPER, singleBodyBytes: 65_536, batchBodyBytes: 5_242_880, inFlightBytes: 33_554_432 },
  });
  const server = createServer(gateway.http);
  configureServer(server, 1_000);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    gateway,
    server,
    metrics,
    logged: () => lines.join(''),
    async close() {
      await gateway.drain();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (!options.redis) redis.disconnect();
    },
  };
}
