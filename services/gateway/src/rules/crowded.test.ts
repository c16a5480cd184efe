import { RuleRecord } from '@stakewatch/contracts';
import { RuleDesk } from '@stakewatch/control';
import { createRuleLibrary } from '@stakewatch/rule-library';
import { nowMicros } from '../app/clock';
import { CURL_EXAMPLE } from '../docs/examples';
import { FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { VELOCITY_RULE_EXAMPLE } from './examples';
import type { RuleJobResult } from './jobs';
import { ruleRoutes } from './routes';
import { CompanyJobsFull, JobTooCostly, RunnerFull } from './runner';

/** What is answered when the thread for rules cannot take a job, or not end it. */
const world = new FixtureWorld();
let gateway: Awaited<ReturnType<typeof startGateway>>;
let key: string;
let run: () => Promise<RuleJobResult>;

beforeAll(async () => {
  world.company('acme', { requestsPerMinute: 100_000 });
  key = world.key('acme').key;
  const desk = new RuleDesk(await world.log.table('rules', RuleRecord), await world.log.producer(), createRuleLibrary());
  gateway = await startGateway(world, { eventRoutes: (events) => ruleRoutes({ desk, runner: { run: () => run() }, events, nowMicros }) });
}, 30_000);
afterAll(() => gateway.close());

const definition = VELOCITY_RULE_EXAMPLE as { readonly id: string };
const JOBS: readonly (readonly [string, string, unknown])[] = [
  ['POST', '/check', { definition }],
  ['POST', '/try', { definition, events: [CURL_EXAMPLE] }],
  ['PUT', `/${definition.id}`, { definition }],
];

async function call([method, path, body]: (typeof JOBS)[number], headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/api/v1/rules${path}`, { method, headers: { 'X-API-Key': key, 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const told = (await response.json()) as { code: string; message: string; errors?: unknown };
  return { status: response.status, code: told.code, message: told.message, retryAfter: response.headers.get('retry-after'), limit: response.headers.get('x-ratelimit-limit'), errors: told.errors };
}

test.each(JOBS)('%s %s: who has as many jobs as it may is told so, and when to come again', async (...job) => {
  run = () => Promise.reject(new CompanyJobsFull());
  expect(await call(job)).toMatchObject({ status: 429, code: 'TOO_MANY_CHECKS', retryAfter: '2', limit: '100000' });
  expect((await call(job, { 'Accept-Language': 'fr' })).message).toContain('Retry-After secondes');
});

test.each(JOBS)('%s %s: a queue that others fill is our lack', async (...job) => {
  run = () => Promise.reject(new RunnerFull());
  expect(await call(job)).toMatchObject({ status: 503, code: 'UNAVAILABLE', retryAfter: '2' });
});

test.each(JOBS)('%s %s: a job that takes too long is refused', async (...job) => {
  run = () => Promise.reject(new JobTooCostly('it takes longer than 2000 ms'));
  expect(await call(job)).toMatchObject({ status: 400, code: 'INVALID_BODY', errors: [{ path: 'definition', message: expect.stringContaining('2000 ms') }] });
});
