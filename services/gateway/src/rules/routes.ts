import { type FieldError, type RuleModeName } from '@stakewatch/contracts';
import { type ChangeResult, ControlRefused, type ListedRule, ReadBackTimeout, RULE_SERVICES, type RuleCheck, type RuleDesk } from '@stakewatch/control';
import { RULE_VOCABULARIES } from '@stakewatch/rule-library';
import { LogUnavailable } from '@stakewatch/runtime';
import { ApiError, invalidParameter, RETRY_AFTER_SECONDS, unavailable } from '../app/api-error';
import type { ApiAnswer, ApiCall, ApiRoute } from '../app/api-route';
import type { EventValidator } from '../events/validator';
import { choice, limitOf, refuseUnknown } from '../pages/page-query';
import { type Fields, fieldsOf, invalid, isFields, ruleReader, type TryBody, tryReader, under } from './body';
import { etagOf, expectedVersion } from './expected-version';
import type { RuleJob } from './jobs';
import { CompanyJobsFull, JobTooCostly, RunnerClosed, RunnerFull, type RuleRunner } from './runner';
import { readTry } from './try-body';

export interface RuleRouteDeps {
  readonly desk: RuleDesk;
  /** Checks and tries, beside this thread. */
  readonly runner: RuleRunner;
  readonly events: EventValidator;
  nowMicros(): number;
}

export const RULE_BODY_BYTES = 262_144;
export const TRY_BODY_BYTES = 1_048_576;
export const RULE_MODES: readonly RuleModeName[] = ['live', 'dry_run', 'off'];
export const RULE_PAGE = { least: 1, most: 1000, usual: 100 };
const RULES = '/api/v1/rules';

/** The rules of all three services, as a company (scope) has set them, and its own. Nothing here decides on anything that is live. */
export function ruleRoutes(deps: RuleRouteDeps): readonly ApiRoute[] {
  const body = { bodyLimit: RULE_BODY_BYTES, reader: ruleReader };
  return [
    { method: 'GET', path: RULES, name: 'rules', work: (call) => page(deps, call) },
    { method: 'GET', path: `${RULES}/facts`, name: 'rule-facts', work: facts },
    { method: 'POST', path: `${RULES}/check`, name: 'rule-check', ...body, work: (call) => guarded(() => check(deps, call)) },
    { method: 'POST', path: `${RULES}/try`, name: 'rule-try', bodyLimit: TRY_BODY_BYTES, reader: tryReader, work: (call) => guarded(() => attempt(deps, call)) },
    { method: 'GET', path: `${RULES}/:id`, name: 'rule', work: async (call) => shown(200, find(deps, call)) },
    { method: 'PUT', path: `${RULES}/:id`, name: 'rule-put', ...body, work: (call) => guarded(() => put(deps, call)) },
    { method: 'PATCH', path: `${RULES}/:id`, name: 'rule-change', ...body, work: (call) => guarded(() => change(deps, call)) },
    { method: 'DELETE', path: `${RULES}/:id`, name: 'rule-delete', work: (call) => guarded(() => remove(deps, call)) },
  ];
}

async function page({ desk }: RuleRouteDeps, { principal, query }: ApiCall): Promise<ApiAnswer> {
  refuseUnknown(query, ['service', 'mode', 'limit', 'after']);
  const limit = limitOf(query, RULE_PAGE);
  const service = choice(query['service'], 'service', RULE_SERVICES);
  const mode = choice(query['mode'], 'mode', RULE_MODES);
  const after = query['after'] ?? '';
  if (typeof after !== 'string') throw invalidParameter('after', 'must be the next of the page before');
  const rules = desk
    .list(principal.scope)
    .filter((rule) => (service === undefined || rule.service === service) && (mode === undefined || rule.mode === mode) && rule.ruleId > after)
    .sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  const items = rules.slice(0, limit).map((rule) => {
    const { definition: _definition, ...listed } = shownRule(rule);
    return listed;
  });
  return { status: 200, body: { items, next: rules.length > limit ? items.at(-1)?.id : null } };
}

async function facts({ query }: ApiCall): Promise<ApiAnswer> {
  refuseUnknown(query, ['service']);
  const service = choice(query['service'], 'service', RULE_SERVICES);
  return { status: 200, body: { services: service ? [RULE_VOCABULARIES[service]] : Object.values(RULE_VOCABULARIES) } };
}

async function check(deps: RuleRouteDeps, { principal, body }: ApiCall): Promise<ApiAnswer> {
  const { definition } = fieldsOf(body, ['definition']);
  const result = await checked(deps, principal.scope, definition);
  if (!result.ok) return { status: 200, body: { valid: false, errors: under('definition', result.errors) } };
  const { id, service, title, severity, settings } = result.rule;
  return { status: 200, body: { valid: true, rule: { id, service, title, severity, settings }, examples: result.examples } };
}

async function attempt(deps: RuleRouteDeps, { principal, language, body }: ApiCall): Promise<ApiAnswer> {
  const job = readTry(deps, body as TryBody, principal, language);
  const result = await deps.runner.run(principal.scope, { kind: 'try', job });
  if (result.kind !== 'try') throw new Error('a try was answered by a check');
  if (!result.answer.ok) throw invalid(...result.answer.errors);
  const { results } = result.answer;
  return { status: 200, body: { service: job.service, tried: results.length, fired: results.filter((each) => (each as { fired: boolean }).fired).length, results } };
}

async function put(deps: RuleRouteDeps, call: ApiCall): Promise<ApiAnswer> {
  const { principal, params, headers } = call;
  const fields = fieldsOf(call.body, ['definition', 'mode', 'expected_version', 'author']);
  const author = authorOf(call, fields, expectedVersion(headers, fields['expected_version']));
  const mode = modeOf(fields['mode']);
  const { definition } = fields;
  if (isFields(definition) && definition['id'] !== params['id']) throw invalid({ path: 'definition.id', message: `must be the id of the path, ${String(params['id']).slice(0, 64)}` });
  const result = await checked(deps, principal.scope, definition);
  if (!result.ok) throw invalid(...under('definition', result.errors));
  const before = deps.desk.find(principal.scope, result.rule.id);
  // Kept is what was sent, not what came back from the thread that checked it.
  const written = await inDefinition(() => deps.desk.put(principal.scope, { ...result, rule: { ...result.rule, definition } }, mode, author));
  return shown(before || !written.changed ? 200 : 201, find(deps, call));
}

async function change(deps: RuleRouteDeps, call: ApiCall): Promise<ApiAnswer> {
  const { principal, headers } = call;
  const fields = fieldsOf(call.body, ['mode', 'settings', 'expected_version', 'author']);
  const author = authorOf(call, fields, expectedVersion(headers, fields['expected_version']));
  const mode = modeOf(fields['mode']);
  const { settings } = fields;
  if (settings !== undefined && !isFields(settings)) throw invalid({ path: 'settings', message: 'must be an object' });
  if (mode === undefined && settings === undefined) throw invalid({ path: 'mode', message: 'give mode, settings or both' });
  const { ruleId } = find(deps, call);
  await deps.desk.change(principal.scope, ruleId, { ...(mode === undefined ? {} : { mode }), ...(settings === undefined ? {} : { settings }) }, author);
  return shown(200, find(deps, call));
}

async function remove(deps: RuleRouteDeps, call: ApiCall): Promise<ApiAnswer> {
  const { principal, headers } = call;
  const rule = find(deps, call);
  await deps.desk.delete(principal.scope, rule.ruleId, authorOf(call, {}, expectedVersion(headers)));
  return { status: 200, body: { deleted: shownRule(rule) } };
}

/** @throws {ApiError} NOT_FOUND, also for another company's rule. */
function find({ desk }: RuleRouteDeps, { principal, params }: ApiCall): ListedRule {
  const rule = desk.find(principal.scope, params['id'] ?? '');
  if (!rule) throw new ApiError('NOT_FOUND');
  return rule;
}

async function checked({ runner }: RuleRouteDeps, companyId: string, definition: unknown): Promise<RuleCheck> {
  if (!isFields(definition)) return { ok: false, errors: [{ path: '(whole)', message: 'must be an object' }] };
  const job: RuleJob = { kind: 'check', definition };
  const result = await runner.run(companyId, job);
  if (result.kind !== 'check') throw new Error('a check was answered by a try');
  return result.check;
}

/** Faults of the rule stand in the body's definition. */
async function inDefinition<T>(work: () => Promise<ChangeResult<T>>): Promise<ChangeResult<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ControlRefused)) throw error;
    const { refusal } = error;
    throw new ControlRefused({ ...refusal, errors: refusal.errors.map((each) => (each.path === 'version' ? each : { ...each, path: `definition.${each.path}` })) });
  }
}

/** What the control plane refuses, a job that is too much, and a log that does not answer, as the API's errors. */
async function guarded(work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ControlRefused) throw refusedAs(error);
    if (error instanceof JobTooCostly) throw invalid({ path: 'definition', message: `${error.message}: look at less, or at fewer events` });
    if (error instanceof CompanyJobsFull) throw new ApiError('TOO_MANY_CHECKS', { headers: { 'Retry-After': RETRY_AFTER_SECONDS } });
    if (error instanceof RunnerFull || error instanceof RunnerClosed || error instanceof ReadBackTimeout) throw unavailable(error);
    if (error instanceof LogUnavailable) throw new ApiError('NOT_ACCEPTED', { headers: { 'Retry-After': RETRY_AFTER_SECONDS }, cause: error });
    throw error;
  }
}

function refusedAs({ refusal: { code, errors, message } }: ControlRefused): ApiError {
  if (code === 'not_found') return new ApiError('NOT_FOUND');
  const told: readonly FieldError[] = errors.length > 0 ? errors : [{ path: 'body', message }];
  if (code === 'invalid') return invalid(...told);
  return new ApiError(told.some(({ path }) => path === 'version') ? 'VERSION_MISMATCH' : 'RULE_CONFLICT', { errors: told });
}

const shown = (status: number, rule: ListedRule): ApiAnswer => ({ status, body: shownRule(rule), headers: { ETag: etagOf(rule.version) } });

function shownRule({ ruleId, service, title, origin, mode, version, severity, settings, allowed, ignored, definition, updatedAt, updatedBy }: ListedRule) {
  return { id: ruleId, service, title, origin, mode, version, severity: severity === '' ? null : severity, settings, allowed, ignored, definition, updated_at: updatedAt, updated_by: updatedBy };
}

function authorOf({ principal }: ApiCall, { author }: Fields, version: number | undefined) {
  if (author !== undefined && (typeof author !== 'string' || author === '' || author.length > 200)) throw invalid({ path: 'author', message: 'must be a text of 1 to 200 characters' });
  return { by: (author as string | undefined) ?? `key:${principal.keyId}`, ...(version === undefined ? {} : { expectedVersion: version }) };
}

function modeOf(sent: unknown): RuleModeName | undefined {
  if (sent === undefined) return undefined;
  if (!(RULE_MODES as readonly unknown[]).includes(sent)) throw invalid({ path: 'mode', message: `must be one of ${RULE_MODES.join(', ')}` });
  return sent as RuleModeName;
}
