import { randomUUID } from 'node:crypto';
import { ApiKeyRecord, CompanyGroupRecord, CompanyRecord, companyOf, type Environment, ListEntryRecord, LookupRecord, type ResendCommand, RuleRecord, type RuleModeName, TOPICS, WebhookEndpointRecord } from '@stakewatch/contracts';
import type { ControlTable, LogClient, LogProducer } from '@stakewatch/runtime';
import { createApiKey, revokeApiKey } from './api-keys';
import { createCompany, type NewCompany, type PlanChange, renameCompany, setPlan } from './companies';
import { applyChange, type ChangeResult } from './control-writer';
import { ControlRefused, type Decision, notFound } from './decision';
import { ListBook } from './list-book';
import { deleteGroup, groupIdFault, type NewGroup, putGroup } from './groups';
import { addOperator, lookupKey, type NewOperator } from './lookups';
import { type NewResend, requestResend } from './resends';
import { RuleDesk } from './rule-desk';
import type { ListedRule, RuleAuthor, RuleLibrary } from './rules';
import { createEndpoint, disableEndpoint, enableEndpoint, finishRotation, type NewEndpoint, newEndpointId, newWebhookSecret, rotateSecret } from './webhook-endpoints';

export interface ControlPlaneOptions {
  readonly log: LogClient;
  readonly rules: RuleLibrary;
  readonly now?: () => Date;
}

/**
 * The control plane's shell: each table is read when first needed, each command decided by a pure function and written through
 * applyChange. Every method throws ControlRefused when its command is refused.
 */
export class ControlPlane {
  private producer: Promise<LogProducer> | undefined;
  private book: Promise<ListBook> | undefined;
  private desk: Promise<RuleDesk> | undefined;
  private readonly tables = new Map<string, Promise<ControlTable<unknown>>>();
  private readonly now: () => Date;

  constructor(private readonly options: ControlPlaneOptions) {
    this.now = options.now ?? (() => new Date());
  }

  companies = (): Promise<ControlTable<CompanyRecord>> => this.table('companies', CompanyRecord);
  apiKeys = (): Promise<ControlTable<ApiKeyRecord>> => this.table('apiKeys', ApiKeyRecord);
  endpoints = (): Promise<ControlTable<WebhookEndpointRecord>> => this.table('webhookEndpoints', WebhookEndpointRecord);
  groups = (): Promise<ControlTable<CompanyGroupRecord>> => this.table('companyGroups', CompanyGroupRecord);
  ruleRecords = (): Promise<ControlTable<RuleRecord>> => this.table('rules', RuleRecord);
  lookups = (): Promise<ControlTable<LookupRecord>> => this.table('lookups', LookupRecord);

  async createCompany(company: NewCompany): Promise<ChangeResult<CompanyRecord>> {
    return this.change('companies', await this.companies(), company.id, (current) => createCompany(current, company, this.now()));
  }

  async renameCompany(id: string, name: string): Promise<ChangeResult<CompanyRecord>> {
    await this.requireCompany(id);
    return this.change('companies', await this.companies(), id, (current) => renameCompany(current, id, name));
  }

  async setPlan(id: string, change: PlanChange): Promise<ChangeResult<CompanyRecord>> {
    await this.requireCompany(id);
    return this.change('companies', await this.companies(), id, (current) => setPlan(current, id, change));
  }

  /** The answer holds the whole key: the only time it is known. */
  async createApiKey(request: { companyId: string; environment: Environment; name: string; pepper: string }): Promise<{ key: string; record: ApiKeyRecord }> {
    await this.requireCompany(request.companyId);
    const [companies, keys] = await Promise.all([this.companies(), this.apiKeys()]);
    const issued = createApiKey(companies.get(request.companyId), keys.values(), { ...request, now: this.now() });
    if ('refusal' in issued) throw new ControlRefused(issued.refusal);
    await this.change('apiKeys', keys, issued.record.id, () => ({ kind: 'write', record: issued.record }));
    return issued;
  }

  async revokeApiKey(id: string): Promise<ChangeResult<ApiKeyRecord>> {
    return this.change('apiKeys', await this.apiKeys(), id, (current) => revokeApiKey(current, id, this.now()));
  }

  /** `secret` is null when the endpoint was there already: its secret was shown when it was made. */
  async createEndpoint(request: NewEndpoint): Promise<ChangeResult<WebhookEndpointRecord> & { secret: string | null }> {
    await this.requireCompany(request.companyId);
    const table = await this.endpoints();
    const identity = { id: newEndpointId(), secret: newWebhookSecret() };
    const decision = createEndpoint(table.values(), request, identity, this.now());
    const result = await this.change('webhookEndpoints', table, decision.kind === 'unchanged' ? decision.record.id : identity.id, () => decision);
    return { ...result, secret: result.changed ? identity.secret : null };
  }

  async rotateSecret(id: string): Promise<{ record: WebhookEndpointRecord; secret: string }> {
    const secret = newWebhookSecret();
    const { record } = await this.change('webhookEndpoints', await this.endpoints(), id, (current) => rotateSecret(current, id, secret, this.now()));
    return { record: record as WebhookEndpointRecord, secret };
  }

  async finishRotation(id: string): Promise<ChangeResult<WebhookEndpointRecord>> {
    return this.change('webhookEndpoints', await this.endpoints(), id, (current) => finishRotation(current, id, this.now()));
  }

  async enableEndpoint(id: string): Promise<ChangeResult<WebhookEndpointRecord>> {
    return this.change('webhookEndpoints', await this.endpoints(), id, (current) => enableEndpoint(current, id, this.now()));
  }

  async disableEndpoint(id: string, reason: string): Promise<ChangeResult<WebhookEndpointRecord>> {
    return this.change('webhookEndpoints', await this.endpoints(), id, (current) => disableEndpoint(current, id, reason, this.now()));
  }

  async deleteEndpoint(id: string): Promise<ChangeResult<WebhookEndpointRecord>> {
    return this.change('webhookEndpoints', await this.endpoints(), id, (current) => (current === undefined ? notFound('webhook endpoint', id) : { kind: 'remove' }));
  }

  async listRules(companyId: string): Promise<readonly ListedRule[]> {
    return (await this.rules(companyId)).list(companyId);
  }

  async putRule(companyId: string, definition: unknown, mode: RuleModeName | undefined, author: Omit<RuleAuthor, 'now'>): Promise<ChangeResult<RuleRecord>> {
    return (await this.rules(companyId)).put(companyId, this.options.rules.check(definition), mode, author);
  }

  async setRuleMode(companyId: string, ruleId: string, mode: RuleModeName, author: Omit<RuleAuthor, 'now'>): Promise<ChangeResult<RuleRecord>> {
    return (await this.rules(companyId)).change(companyId, ruleId, { mode }, author);
  }

  async setRuleSettings(companyId: string, ruleId: string, settings: Readonly<Record<string, unknown>>, author: Omit<RuleAuthor, 'now'>): Promise<ChangeResult<RuleRecord>> {
    return (await this.rules(companyId)).change(companyId, ruleId, { settings }, author);
  }

  async deleteRule(companyId: string, ruleId: string, author: Omit<RuleAuthor, 'now'>): Promise<ChangeResult<RuleRecord>> {
    return (await this.rules(companyId)).delete(companyId, ruleId, author);
  }

  /** Makes a group of operators, or gives it other members. */
  async putGroup(group: NewGroup): Promise<ChangeResult<CompanyGroupRecord>> {
    const fault = groupIdFault(group.id);
    if (fault) throw new ControlRefused(fault.refusal);
    const companies = await this.companies();
    return this.change('companyGroups', await this.groups(), group.id, (current) => putGroup(current, group, (id) => companies.get(id) !== undefined, this.now()));
  }

  async deleteGroup(id: string): Promise<ChangeResult<CompanyGroupRecord>> {
    return this.change('companyGroups', await this.groups(), id, (current) => deleteGroup(current, id));
  }

  async addOperator(operator: NewOperator): Promise<ChangeResult<LookupRecord>> {
    const table = await this.lookups();
    return this.change('lookups', table, lookupKey(operator.code), () => addOperator(table.values(), operator));
  }

  /** The lists of a company (scope), which must exist. */
  async lists(companyId: string): Promise<ListBook> {
    await this.requireCompany(companyId);
    return (this.book ??= Promise.all([this.table<ListEntryRecord>('lists', ListEntryRecord), this.openProducer()]).then(([table, producer]) => new ListBook(table, producer, this.now)));
  }

  /** Asks the dispatcher to send again. @throws {ControlRefused} when the command is not valid. */
  async requestResend(resend: Omit<NewResend, 'commandId'>): Promise<ResendCommand> {
    const decision = requestResend({ ...resend, commandId: randomUUID() }, this.now());
    if (decision.kind === 'refused') throw new ControlRefused(decision.refusal);
    const command = (decision as { record: ResendCommand }).record;
    await (await this.openProducer()).send([{ topic: TOPICS.webhookResends.name, key: command.alertId, value: Buffer.from(JSON.stringify(command)) }]);
    return command;
  }

  /** A scope's company must exist: a rule or endpoint of no company would never run. @throws {ControlRefused} with the ids that there are */
  async requireCompany(scope: string): Promise<void> {
    const id = companyOf(scope);
    const companies = await this.companies();
    if (companies.get(id) === undefined) throw new ControlRefused({ ...notFound('company', id).refusal, known: [...companies.values()].map((company) => company.id) });
  }

  /** The rules of a company (scope), which must exist. */
  private async rules(companyId: string): Promise<RuleDesk> {
    await this.requireCompany(companyId);
    return (this.desk ??= Promise.all([this.ruleRecords(), this.openProducer()]).then(([table, producer]) => new RuleDesk(table, producer, this.options.rules, this.now)));
  }

  private async change<T>(topic: 'companies' | 'apiKeys' | 'webhookEndpoints' | 'companyGroups' | 'lookups', table: ControlTable<T>, key: string, decide: (current: T | undefined) => Decision<T>) {
    return applyChange(await this.openProducer(), { topic, table, key, decide });
  }

  private openProducer(): Promise<LogProducer> {
    return (this.producer ??= this.options.log.producer());
  }

  private table<T>(topic: Parameters<LogClient['table']>[0], schema: Parameters<LogClient['table']>[1]): Promise<ControlTable<T>> {
    let table = this.tables.get(topic);
    if (table === undefined) this.tables.set(topic, (table = this.options.log.table(topic, schema) as Promise<ControlTable<unknown>>));
    return table as unknown as Promise<ControlTable<T>>;
  }
}
