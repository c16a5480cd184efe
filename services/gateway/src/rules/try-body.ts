import { type BettingEvent, bonusChangeUuidOf, type FieldError, type Language, type ListEntryRecord, type Transaction } from '@stakewatch/contracts';
import type { BonusChangeRequest } from '@stakewatch/bonus-scorer';
import { type ListedRule, putListEntry, type RuleDesk, type RuleService } from '@stakewatch/control';
import { listEntryKey } from '@stakewatch/lists';
import { type BonusJob, kindFault, serviceOfDefinition, type TryJob } from '@stakewatch/rule-library';
import { ApiError } from '../app/api-error';
import type { Principal } from '../auth/authenticator';
import { readBonusChange } from '../bonus-changes/validator';
import { microsOf } from '../events/timestamp';
import type { EventValidator } from '../events/validator';
import { readTransaction } from '../transactions/validator';
import { type Fields, fieldsOf, invalid, isFields, type TryBody, under } from './body';

export const MAX_TRIED = 1_000;
const MAX_LIST_ENTRIES = 100;
const MAX_FAULTS = 20;
const GAP_MICROS = 60_000_000;
const KNOWN = ['definition', 'rule_id', 'settings', 'events', 'transactions', 'bonus_changes', 'lists'];
/** What rules of each service can be tried on. */
const INPUTS: Readonly<Record<RuleService, readonly string[]>> = { velocity: ['events'], transaction: ['transactions', 'lists'], bonus: ['bonus_changes', 'events'] };

export interface TryDeps {
  readonly desk: RuleDesk;
  readonly events: EventValidator;
  nowMicros(): number;
}

interface Reading {
  readonly deps: TryDeps;
  readonly principal: Principal;
  readonly language: Language;
  readonly nowMicros: number;
}

/** Reads a try into a job: the rule as given or as the company has it, and what it is tried on by the validators of the live routes. @throws {ApiError} INVALID_BODY with every fault. */
export function readTry(deps: TryDeps, { fields: sent, amounts }: TryBody, principal: Principal, language: Language): TryJob {
  const body = fieldsOf(sent, KNOWN);
  const reading: Reading = { deps, principal, language, nowMicros: deps.nowMicros() };
  const { definition, settings, service } = ruleOf(reading, body);
  const foreign = ['events', 'transactions', 'bonus_changes', 'lists'].filter((name) => body[name] !== undefined && !INPUTS[service].includes(name));
  if (foreign.length > 0) throw invalid(...foreign.map((path) => ({ path, message: `is not what a ${service} rule is tried on: give ${INPUTS[service].join(' and ')}` })));
  const common = { companyId: principal.scope, definition, settings, records: deps.desk.records(principal.scope) };
  if (service === 'velocity') return { ...common, service, events: eventsOf(reading, some(body, 'events')) };
  if (service === 'transaction') return { ...common, service, transactions: transactionsOf(reading, some(body, 'transactions'), amounts), lists: listsOf(reading, body['lists'] ?? []) };
  return { ...common, service, inputs: bonusInputs(reading, body) };
}

function ruleOf({ deps, principal }: Reading, { definition, rule_id: id, settings = {} }: Fields): { definition: unknown; settings: Fields; service: RuleService } {
  if (!isFields(settings)) throw invalid({ path: 'settings', message: 'must be an object' });
  if ((definition === undefined) === (id === undefined)) throw invalid({ path: definition === undefined ? 'definition' : 'rule_id', message: 'give either definition or rule_id' });
  if (definition !== undefined) {
    const fault = kindFault(definition);
    if (fault) throw invalid(...under('definition', [fault]));
    return { definition, settings, service: serviceOfDefinition(definition) };
  }
  const rule: ListedRule | undefined = typeof id === 'string' ? deps.desk.find(principal.scope, id) : undefined;
  if (!rule) throw invalid({ path: 'rule_id', message: 'is no rule of yours' });
  if (rule.definition === null) throw invalid({ path: 'rule_id', message: 'names a setting without a condition: there is nothing to try' });
  return { definition: rule.definition, settings: { ...rule.settings, ...settings }, service: rule.service };
}

function some(body: Fields, name: string): readonly unknown[] {
  const list = many(body, name);
  if (list.length === 0) throw invalid({ path: name, message: `must be a list of 1 to ${MAX_TRIED}` });
  return list;
}

function many(body: Fields, name: string): readonly unknown[] {
  const list = body[name] ?? [];
  if (!Array.isArray(list) || list.length > MAX_TRIED) throw invalid({ path: name, message: `must be a list of 1 to ${MAX_TRIED}` });
  return list;
}

/** Reads each item; the faults of all, up to a number, name the item's place. */
function readEach<T>(name: string, items: readonly unknown[], read: (item: unknown, index: number) => T): T[] {
  const faults: FieldError[] = [];
  const values: T[] = [];
  for (const [index, item] of items.entries()) {
    try {
      values.push(read(item, index));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      faults.push(...under(`${name}[${index}]`, error.details.errors ?? []));
      if (faults.length >= MAX_FAULTS) break;
    }
  }
  if (faults.length > 0) throw invalid(...faults);
  return values;
}

function eventsOf({ deps, principal, language, nowMicros }: Reading, items: readonly unknown[]): BettingEvent[] {
  return readEach('events', items, (item) => {
    const values = deps.events.accept(item, nowMicros);
    if (!values) throw invalid(...deps.events.faults(item, nowMicros, language));
    return { ...values, company_id: principal.scope, received_at: nowMicros };
  });
}

/** A transaction as its route takes it, or {received_at, transaction}; without a time each comes a minute after the one before, the last one now. */
function transactionsOf({ principal, language, nowMicros }: Reading, items: readonly unknown[], amounts: readonly unknown[]): Transaction[] {
  let time = nowMicros - items.length * GAP_MICROS;
  return readEach('transactions', items, (item, index) => {
    const wrapped = isFields(item) && Object.hasOwn(item, 'transaction');
    const fields = wrapped ? fieldsOf(item, ['received_at', 'transaction']) : null;
    time = fields?.['received_at'] === undefined ? time + GAP_MICROS : timeOf(fields['received_at']);
    const transaction = fields ? fields['transaction'] : item;
    const amount = isFields(transaction) && typeof transaction['amount'] === 'number' ? String(amounts[index]) : null;
    try {
      return readTransaction({ fields: transaction, amount }, principal.scope, time, language);
    } catch (error) {
      if (!wrapped || !(error instanceof ApiError)) throw error;
      throw invalid(...under('transaction', error.details.errors ?? []));
    }
  });
}

function timeOf(sent: unknown): number {
  const micros = typeof sent === 'string' ? microsOf(sent) : Number.NaN;
  if (!(micros >= 0)) throw invalid({ path: 'received_at', message: 'must be ISO 8601 with Z or an offset' });
  return micros;
}

function listsOf({ principal, nowMicros }: Reading, sent: unknown): ReadonlyMap<string, ListEntryRecord> {
  if (!Array.isArray(sent) || sent.length > MAX_LIST_ENTRIES) throw invalid({ path: 'lists', message: `must be a list of at most ${MAX_LIST_ENTRIES}` });
  const entries = readEach('lists', sent, (item) => {
    const { list, kind, value, reason, expires_at: expiresAt, distance } = fieldsOf(item, ['list', 'kind', 'value', 'reason', 'expires_at', 'distance']);
    const name = { companyId: principal.scope, list, kind, value } as Parameters<typeof putListEntry>[1];
    const terms = { author: 'try', ...(reason === undefined ? {} : { reason }), ...(expiresAt === undefined ? {} : { expiresAt }), ...(distance === undefined ? {} : { distance }) } as Parameters<typeof putListEntry>[2];
    const decision = putListEntry(undefined, name, terms, 0, new Date(nowMicros / 1000));
    if (decision.kind !== 'write') throw invalid(...(decision.kind === 'refused' ? decision.refusal.errors : []));
    return decision.record;
  });
  return new Map(entries.map((entry) => [listEntryKey(entry), entry]));
}

type BonusInput = BonusJob['inputs'][number];

/** Changes and events in the order in which they happened; of the same moment the event first, as evidence for the change. */
function bonusInputs(reading: Reading, body: Fields): BonusInput[] {
  const { principal, language, nowMicros } = reading;
  const [changes, events] = [many(body, 'bonus_changes'), many(body, 'events')];
  if (changes.length + events.length === 0 || changes.length + events.length > MAX_TRIED) throw invalid({ path: 'bonus_changes', message: `and events must be 1 to ${MAX_TRIED} together` });
  const inputs: BonusInput[] = eventsOf(reading, events).map((event, index) => ({ kind: 'event', index, event }));
  inputs.push(
    ...readEach('bonus_changes', changes, (item, index): BonusInput => {
      const { txnId, txnDate, request } = readBonusChange(item, undefined, principal.keyId, nowMicros, language);
      const at = txnDate ?? nowMicros;
      return { kind: 'change', index, change: { companyId: principal.scope, uuid: bonusChangeUuidOf(principal.scope, txnId), receivedAt: at, at, queuedMs: 0, request: request as unknown as BonusChangeRequest } };
    }),
  );
  const at = (input: BonusInput): number => (input.kind === 'change' ? input.change.at : input.event.event_timestamp);
  return inputs.sort((a, b) => at(a) - at(b));
}
