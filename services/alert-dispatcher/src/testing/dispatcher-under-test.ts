import { type Alert, TOPICS, type WebhookAttempt, type WebhookEndpointRecord } from '@stakewatch/contracts';
import { type AvroCodec, createAvroCodec, createDeadLetters, createMemorySchemaIds, MemoryLog } from '@stakewatch/runtime';
import type { Redis } from 'ioredis';
import type { AlertArchive } from '../archive/alert-archive';
import type { DeliveryHistory } from '../archive/delivery-history';
import { assemble, type Assembled, type Tuning } from '../assemble';
import type { PastAttempts } from '../core/rebuilt';
import { createWebhookSender, type WebhookSender } from '../http/send-webhook';
import { keysOf } from '../queue/keys';

export const QUICK: Tuning = { schedule: [0, 30, 60, 120, 240, 480], timeoutMs: 500, sockets: 32, socketsPerEndpoint: 4, warnAfterMs: 3_600_000, disableAfterMs: 7_200_000, rememberMs: 60_000, pendingLimit: 1_000, stuckLimit: 1_000 };

export interface Stage {
  readonly log: MemoryLog;
  readonly codec: AvroCodec;
  /** What history answers: alerts by id, and past attempts by delivery id. */
  readonly alerts: Map<string, Alert>;
  readonly past: Map<string, PastAttempts>;
}

/** The log and history that outlive the instances of a test. */
export async function createStage(): Promise<Stage> {
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('alert');
  await codec.register('webhook-attempt');
  return { log: new MemoryLog(2), codec, alerts: new Map(), past: new Map() };
}

export interface Instance extends Assembled {
  readonly fatal: unknown[];
  readonly failing: string[];
  readonly disabled: { id: string; reason: string }[];
  readonly lost: number[];
  readonly sender: WebhookSender;
}

/** One instance of the service on a stage: real Redis, real sockets, the log and history in memory. */
export async function startInstance(stage: Stage, redis: Redis, tuning: Partial<Tuning> = {}, nowMs: () => number = () => Date.now()): Promise<Instance> {
  const { log, codec } = stage;
  const merged = { ...QUICK, ...tuning };
  const producer = await log.producer();
  const sender = createWebhookSender({ timeoutMs: merged.timeoutMs, maxSockets: merged.sockets, allowPrivate: ['127.0.0.1/32'] });
  const fatal: unknown[] = [];
  const failing: string[] = [];
  const disabled: { id: string; reason: string }[] = [];
  const lost: number[] = [];
  const archive: AlertArchive = { find: async (companyId, alertId) => [stage.alerts.get(alertId)].find((alert) => alert?.company_id === companyId) ?? null };
  const history: DeliveryHistory = { lossFound: () => undefined, pastOf: async () => stage.past };
  const assembled = await assemble({
    log,
    producer,
    codec,
    redis,
    sender,
    archive,
    history,
    nowMs,
    tuning: merged,
    deadLetters: createDeadLetters(producer, 'alert-dispatcher', () => undefined),
    observer: { onAttempt: () => undefined, onLeaseLost: () => undefined, onFailing: (endpoint) => void failing.push(endpoint.id), onDisabled: (endpoint, reason) => void disabled.push({ id: endpoint.id, reason }) },
    onAccepted: () => undefined,
    onLost: (_at, offset) => void lost.push(offset),
    onFatal: (error) => void fatal.push(error),
  });
  return {
    ...assembled,
    fatal,
    failing,
    disabled,
    lost,
    sender,
    async close() {
      await assembled.close();
      sender.close();
    },
  };
}

export async function putEndpoint({ log }: Stage, endpoint: WebhookEndpointRecord): Promise<void> {
  await (await log.producer()).send([{ topic: TOPICS.webhookEndpoints.name, key: endpoint.id, value: Buffer.from(JSON.stringify(endpoint)) }]);
}

export async function raise({ log, codec }: Stage, ...alerts: readonly Alert[]): Promise<void> {
  await (await log.producer()).send(alerts.map((alert) => ({ topic: TOPICS.alerts.name, key: alert.alert_id, value: Buffer.from(codec.encode('alert', alert)) })));
}

export async function resend({ log }: Stage, command: unknown): Promise<void> {
  await (await log.producer()).send([{ topic: TOPICS.webhookResends.name, key: 'any', value: Buffer.from(JSON.stringify(command)) }]);
}

/** The delivery log in the order the attempts were made. */
export function attemptsOf({ log, codec }: Stage): WebhookAttempt[] {
  const attempts = log.records(TOPICS.webhookAttempts.name).map(({ value }) => codec.decode('webhook-attempt', value as Buffer));
  return attempts.sort((a, b) => a.started_at - b.started_at);
}

/** Deliveries that wait, of all partitions. */
export async function pendingIn(redis: Redis): Promise<number> {
  const counts = await Promise.all([0, 1].flatMap((partition) => [TOPICS.alerts.name, TOPICS.webhookResends.name].map((topic) => redis.hlen(keysOf({ topic, partition }).headers))));
  return counts.reduce((sum, count) => sum + count, 0);
}

export function endpointRecord({ log }: Stage, id: string): WebhookEndpointRecord | undefined {
  const records = log.records(TOPICS.webhookEndpoints.name).filter(({ key }) => key?.toString() === id);
  const value = records.at(-1)?.value;
  return value ? (JSON.parse(value.toString('utf8')) as WebhookEndpointRecord) : undefined;
}

/** Resolves when `holds`, looked at whenever a record is appended to `topic`. */
export async function published({ log }: Stage, topic: string, holds: () => boolean): Promise<void> {
  if (holds()) return;
  let done: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (done = resolve));
  const tails = await Promise.all(log.partitions(topic).map((_, partition) => log.tail({ topic, partition, onRecord: () => holds() && done() })));
  await held;
  await Promise.all(tails.map((tail) => tail.close()));
}
