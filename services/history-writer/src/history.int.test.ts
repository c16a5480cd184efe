import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ClickHouseClient, type ClickHouseOptions, createClickHouse } from '@stakewatch/clickhouse';
import { deadLetterTopic, TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, createAvroCodec, createRegistrySchemaIds, type LogClient, type LogProducer, openToolLog } from '@stakewatch/runtime';
import { bettingEvent, type TestStack, testStack } from '@stakewatch/testing';
import { sampleAlert } from './testing/records';

/**
 * The service itself, as a process, from Kafka to ClickHouse, killed and cut off. It reads the stack's topics in consumer groups of
 * its own name, so it takes over from the stack's own writer if one runs: these tests count only their own companies.
 */
const MAIN = join(__dirname, '..', 'dist', 'main.js');
const COMPANY = `it-history-${process.pid}`;
let stack: TestStack;
let log: LogClient;
let producer: LogProducer;
let codec: AvroCodec;
let client: ClickHouseClient;
let options: ClickHouseOptions;
let proxy: ClickHouseProxy;
let writer: ChildProcess;

beforeAll(async () => {
  stack = await testStack();
  options = stack.clickhouse;
  client = createClickHouse(options);
  const fatal = (error: unknown): never => { throw error; };
  log = openToolLog({ clientId: 'history-test', brokers: [stack.kafka], onUnfitControlRecord: fatal });
  producer = await log.producer();
  codec = createAvroCodec(createRegistrySchemaIds(stack.schemaRegistry));
  for (const name of ['betting-event', 'alert', 'decision', 'processing-progress', 'webhook-attempt', 'label'] as const) await codec.register(name);
  proxy = await ClickHouseProxy.start(options.url);
  writer = startWriter();
});

afterAll(async () => {
  await kill(writer, 'SIGTERM');
  await proxy.close();
  await log.close();
  await client.close();
  await stack.close();
});

function startWriter(): ChildProcess {
  return spawn(process.execPath, [MAIN], {
    env: {
      ...process.env, STAKEWATCH_KAFKA_BROKERS: stack.kafka, STAKEWATCH_SCHEMA_REGISTRY_URL: stack.schemaRegistry, STAKEWATCH_REDIS_URL: stack.redis, STAKEWATCH_CLICKHOUSE_URL: proxy.url,
      STAKEWATCH_CLICKHOUSE_USER: options.user, STAKEWATCH_CLICKHOUSE_PASSWORD: options.password, STAKEWATCH_CLICKHOUSE_DATABASE: options.database, STAKEWATCH_HTTP_PORT: '0', STAKEWATCH_LOG_LEVEL: 'warn',
    },
    stdio: 'ignore',
  });
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

const send = (ids: readonly string[], company = COMPANY) =>
  producer.send(ids.map((id) => ({ topic: TOPICS.bettingEvents.name, key: `${company}|player-${id.length % 3}${id.at(-1)}`, value: Buffer.from(codec.encode('betting-event', bettingEvent({ external_event_id: id, company_id: company, event_timestamp: Date.now() * 1000, received_at: Date.now() * 1000 }))) })));

async function counts(company = COMPANY): Promise<{ rows: number; distinct: number }> {
  const result = await client.query({ query: 'SELECT count() AS rows, uniqExact(uuid) AS distinct FROM events WHERE company_id = {company:String}', query_params: { company }, format: 'JSONEachRow' });
  const [row] = await result.json<{ rows: string | number; distinct: string | number }>();
  return { rows: Number(row?.rows), distinct: Number(row?.distinct) };
}

/** Resolves when the group has committed all there is in the topic. */
async function drained(group: string, topic: string): Promise<void> {
  const admin = await log.admin();
  for (;;) {
    const [ends, committed] = await Promise.all([admin.offsets(topic), admin.committed(group, topic)]);
    const done = ends.every(({ partition, first, next }) => next === first || (committed.find((at) => at.partition === partition)?.offset ?? 0) >= next);
    if (done) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

test('every event is one row, sent twice or not', async () => {
  await send(ids('plain', 2_000));
  await send([...ids('plain', 500), ...ids('more', 500)]);
  await drained('history-writer', TOPICS.bettingEvents.name);
  expect(await counts()).toEqual({ rows: 2_500, distinct: 2_500 });
});

test('kill -9 at any moment under load: nothing lost, nothing twice', async () => {
  const company = `${COMPANY}-kill`;
  for (let life = 0; life < 4; life += 1) {
    for (let batch = 0; batch < 5; batch += 1) await send(ids(`k${life}-${batch}`, 1_000), company);
    // Each life dies at another step of its first blocks: the proxy counts the inserts that went through it.
    await proxy.afterInserts(life + 1);
    await kill(writer, 'SIGKILL');
    writer = startWriter();
  }
  await drained('history-writer', TOPICS.bettingEvents.name);
  expect(await counts(company)).toEqual({ rows: 20_000, distinct: 20_000 });
});

test('an insert whose answer is lost after it succeeded is one row', async () => {
  const company = `${COMPANY}-lost`;
  proxy.loseAnswers(3);
  await send(ids('lost', 3_000), company);
  await drained('history-writer', TOPICS.bettingEvents.name);
  expect(proxy.lost).toBe(3);
  expect(await counts(company)).toEqual({ rows: 3_000, distinct: 3_000 });
});

test('ClickHouse away: the writer waits, and catches up', async () => {
  const company = `${COMPANY}-away`;
  const back = proxy.refuse();
  await send(ids('away', 3_000), company);
  await proxy.refusals(5);
  expect(await counts(company)).toEqual({ rows: 0, distinct: 0 });
  back();
  await drained('history-writer', TOPICS.bettingEvents.name);
  expect(await counts(company)).toEqual({ rows: 3_000, distinct: 3_000 });
});

test('a poison record becomes a dead letter in ClickHouse, and the partition goes on', async () => {
  const company = `${COMPANY}-poison`;
  const good = Buffer.from(codec.encode('betting-event', bettingEvent({ external_event_id: 'bad-type', company_id: company })));
  const far = Buffer.from(codec.encode('betting-event', { ...bettingEvent({ external_event_id: 'cut', company_id: company }) }));
  const key = `${company}|p`;
  const topic = TOPICS.bettingEvents.name;
  await producer.send([
    { topic, key, value: Buffer.from('junk') },
    { topic, key, value: far.subarray(0, far.length - 2) },
    { topic, key, value: good },
  ]);
  await drained('history-writer', topic);
  await drained('history-writer-records', deadLetterTopic(topic));
  expect(await counts(company)).toEqual({ rows: 1, distinct: 1 });
  const letters = await client.query({ query: "SELECT reason, value_base64 FROM dead_letters WHERE service = 'history-writer' AND value_base64 = {junk:String}", query_params: { junk: Buffer.from('junk').toString('base64') }, format: 'JSONEachRow' });
  expect((await letters.json<{ reason: string }>()).at(-1)).toMatchObject({ reason: expect.stringContaining('not Avro') });
});

test('every other topic becomes rows: alerts by revision, however often they are published', async () => {
  const alertId = randomUUID();
  const company = `${COMPANY}-records`;
  const decisionId = randomUUID();
  const alert = (revision: number) => Buffer.from(codec.encode('alert', { ...sampleAlert(alertId, revision), company_id: company }));
  const decision = Buffer.from(codec.encode('decision', { decision_id: decisionId, company_id: company, service: 'velocity-detector', kind: 'event.too_late', subject_id: 's', player_id: null, outcome: 'not counted', score: null, facts: '{}', rule_versions: '{}', decided_at: 1_770_000_000_000_000, answer: null }));
  const progress = Buffer.from(codec.encode('processing-progress', { service: company, topic: 't', partition: 1, from_offset: 0, to_offset: 9, processed_at: 1_770_000_000_000, source_time: null, handed_to: [1, 2], sources: [{ partition: 4, from_offset: -1, to_offset: 7_000_000_000 }], refused: ['00000000-0000-8000-8000-00000000000a'] }));
  const attempt = Buffer.from(codec.encode('webhook-attempt', { attempt_id: randomUUID(), delivery_id: randomUUID(), company_id: company, endpoint_id: 'we_1', url: 'http://x', event_type: 'alert.created', alert_id: alertId, alert_revision: 1, attempt: 1, reason: 'schedule', outcome: 'delivered', http_status: 200, error: null, response_excerpt: 'ok', started_at: 1_770_000_000_000_000, duration_ms: 12.5, next_attempt_at: null, event_received_at: 1_770_000_000_000_000 }));
  const label = Buffer.from(codec.encode('label', { label_id: randomUUID(), company_id: company, subject_type: 'alert', subject_id: alertId, label: 'fraud', note: null, labelled_by: 'ana', labelled_at: 1_770_000_000_000_000 }));
  const of = (topic: string, ...values: Buffer[]) => values.map((value) => ({ topic, key: alertId, value }));
  await producer.send([
    ...of(TOPICS.alerts.name, alert(1), alert(1), alert(2), alert(1)),
    ...of(TOPICS.decisions.name, decision, decision),
    ...of(TOPICS.processingProgress.name, progress),
    ...of(TOPICS.webhookAttempts.name, attempt, attempt),
    ...of(TOPICS.labels.name, label, label),
  ]);
  for (const topic of [TOPICS.alerts, TOPICS.decisions, TOPICS.processingProgress, TOPICS.webhookAttempts, TOPICS.labels]) await drained('history-writer-records', topic.name);
  await producer.send(of(TOPICS.alerts.name, alert(2), alert(3)));
  await drained('history-writer-records', TOPICS.alerts.name);
  const rows = await client.query({
    query: `SELECT (SELECT groupArray((revision, facts[1].name, facts[1].value, tags, event_uuids)) FROM (SELECT * FROM alerts WHERE alert_id = {alert:UUID} ORDER BY revision)) AS alerts,
      (SELECT count() FROM decisions WHERE decision_id = {decision:UUID}) AS decisions, (SELECT groupArray((handed_to, sources[1].partition, sources[1].from_offset, sources[1].to_offset, refused)) FROM processing_progress WHERE service = {company:String}) AS progress,
      (SELECT count() FROM webhook_attempts WHERE company_id = {company:String}) AS attempts,
      (SELECT groupArray((subject_type, label, note, labelled_by)) FROM decision_labels WHERE company_id = {company:String}) AS labels`,
    query_params: { alert: alertId, decision: decisionId, company },
    format: 'JSONEachRow',
  });
  const told = ['deposits', 6, ['velocity'], sampleAlert(alertId, 1).event_uuids];
  expect(await rows.json()).toEqual([{ alerts: [[1, ...told], [2, ...told], [3, ...told]], decisions: 1, progress: [[[1, 2], 4, -1, 7_000_000_000, ['00000000-0000-8000-8000-00000000000a']]], attempts: 1, labels: [['alert', 'fraud', null, 'ana']] }]);
});

/** Stands between the writer and ClickHouse: loses answers, refuses connections, tells of inserts. */
class ClickHouseProxy {
  lost = 0;
  private toLose = 0;
  private refusing = false;
  private refused = 0;
  private inserts = 0;
  private watchers: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(target: string): Promise<ClickHouseProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new ClickHouseProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (incoming, answer) => {
      if (proxy.refusing) {
        proxy.refused += 1;
        proxy.tell();
        return void incoming.socket.destroy();
      }
      const insert = (incoming.url ?? '').includes('INSERT+INTO+events') || decodeURIComponent(incoming.url ?? '').includes('INSERT INTO events');
      const lose = insert && proxy.toLose > 0;
      if (lose) proxy.toLose -= 1;
      const outgoing = request(`${target}${incoming.url}`, { method: incoming.method, headers: incoming.headers }, (response) => {
        if (insert) {
          proxy.inserts += 1;
          proxy.tell();
        }
        if (lose) {
          proxy.lost += 1;
          response.resume();
          return void incoming.socket.destroy();
        }
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      });
      outgoing.on('error', () => answer.destroy());
      incoming.pipe(outgoing);
    });
    return proxy;
  }

  loseAnswers(count: number): void {
    this.toLose = count;
  }

  refuse(): () => void {
    this.refusing = true;
    return () => (this.refusing = false);
  }

  /** Resolves after `count` more inserts into events were answered. */
  afterInserts(count: number): Promise<void> {
    const at = this.inserts + count;
    return this.until(() => this.inserts >= at);
  }

  refusals(count: number): Promise<void> {
    const at = this.refused + count;
    return this.until(() => this.refused >= at);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private tell(): void {
    for (const watch of [...this.watchers]) watch();
  }

  private until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        if (!holds()) return;
        this.watchers = this.watchers.filter((other) => other !== watch);
        resolve();
      };
      this.watchers.push(watch);
      watch();
    });
  }
}
