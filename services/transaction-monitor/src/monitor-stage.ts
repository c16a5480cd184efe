import { CONSUMER_GROUPS, TOPICS, type Transaction, transactionDecisionIdOf } from '@stakewatch/contracts';
import type { ListMatches } from '@stakewatch/lists';
import { type AvroCodec, keyedStates, type LogRecord, type OutgoingRecord, replyTo, type Stage, type StateCache, type States, Unreadable } from '@stakewatch/runtime';
import { answerOf } from './answer';
import { contentHash, type MonitoredTransaction, monitored } from './domain/transaction';
import type { CompiledRule } from './engine/compile';
import type { GeoSources } from './geo/evidence';
import type { History } from './history/history';
import { monitor, type Monitored } from './monitor';
import { bytesOf, restoreState, type State, writeOf } from './state';

export const SERVICE = CONSUMER_GROUPS.transactionMonitor.name;
export const DECISION_KIND = 'transaction';

export interface StageDeps {
  readonly codec: AvroCodec;
  readonly geo: GeoSources;
  /** The company's rules that are not off. */
  rulesFor(companyId: string): readonly CompiledRule[];
  /** List entries that the transaction meets. */
  listed(transaction: Transaction): ListMatches;
  observe(decided: Monitored): void;
}

export interface MonitorInput {
  readonly transaction: MonitoredTransaction;
  readonly headers: LogRecord['headers'];
}

/**
 * Decides on transactions and tells earlier decisions, all of one company in the order of its log. Every time in a decision is the
 * command's own, so that a command worked again after a crash is decided the same.
 */
export function monitorStage(deps: StageDeps): Stage<MonitorInput, StateCache<MonitorInput, State>> {
  return {
    decode({ value, headers }) {
      if (value === null) throw new Unreadable('no value');
      return { transaction: monitored(deps.codec.decode('transaction', value)), headers };
    },
    keep: keyedStates({
      keysOf: ({ transaction: { record, keys } }: MonitorInput) => (record.kind === 'query' ? [keys.answer] : [keys.answer, keys.origin, keys.destination, keys.customer]),
      restore: restoreState,
      takeWrite: writeOf,
      sizeOf: bytesOf,
    }),
    fold: (input, states) => foldInput(deps, input, states),
  };
}

function foldInput(deps: StageDeps, { transaction, headers }: MonitorInput, states: States<State>): readonly OutgoingRecord[] {
  const { record, keys } = transaction;
  const remembered = states.get(keys.answer) as Extract<State, { kind: 'answer' }>;
  if (record.kind === 'query') return replyTo(headers, { kind: 'decided', body: remembered.kept && (JSON.parse(remembered.kept.answer) as unknown) });
  const content = contentHash(record);
  if (remembered.kept) {
    // The first transaction of an id stands; nothing counts its repetition (spec README, "Transactions").
    const same = remembered.kept.content === content;
    return replyTo(headers, same ? { kind: 'decided', body: JSON.parse(remembered.kept.answer) as unknown } : { kind: 'conflict', body: null });
  }
  const history = (key: string): History => (states.get(key) as Extract<State, { kind: 'history' }>).history;
  const decided = monitor(transaction, { origin: history(keys.origin), destination: history(keys.destination), customer: history(keys.customer) }, deps.rulesFor(record.company_id), deps.listed(record), deps.geo);
  deps.observe(decided);
  const answer = answerOf(record, decided.verdict);
  const text = JSON.stringify(answer);
  remembered.kept = { content, answer: text };
  remembered.fresh = true;
  return [decisionRecord(deps, transaction, decided, text), ...replyTo(headers, { kind: 'decided', body: answer })];
}

function decisionRecord({ codec, rulesFor }: StageDeps, { record, statusClass }: MonitoredTransaction, { verdict, geo, lists, truncatedHistories }: Monitored, answer: string): OutgoingRecord {
  const matched = verdict.matches.map(({ ruleId, mode, code, score, facts }) => ({ rule: ruleId, mode, code, score, facts: finite(facts) }));
  const { uuid: _uuid, company_id, kind: _kind, received_at, ...sent } = record;
  return {
    topic: TOPICS.decisions.name,
    key: record.uuid,
    value: codec.encode('decision', {
      decision_id: transactionDecisionIdOf(company_id, record.transaction_id),
      company_id,
      service: SERVICE,
      kind: DECISION_KIND,
      subject_id: record.uuid,
      player_id: null,
      outcome: String(verdict.code),
      score: verdict.fraudPercentage,
      facts: JSON.stringify({
        transaction: { ...sent, status_class: statusClass },
        place: { ip_country: geo.ipCountry, place_country: geo.placeCountry, lat: geo.point?.lat ?? null, lon: geo.point?.lon ?? null },
        lists: [...lists.black, ...lists.white].map(({ entry, what, distance }) => ({ list: entry.list, kind: entry.kind, value: entry.value, what, distance })),
        matched,
        failures: verdict.failures,
        truncated_histories: truncatedHistories,
      }),
      rule_versions: JSON.stringify(Object.fromEntries(rulesFor(company_id).map(({ rule, version }) => [rule.id, version]))),
      answer,
      decided_at: received_at,
    }),
  };
}

/** JSON has no NaN; a fact without value is null. */
const finite = (facts: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, Number.isFinite(value) ? value : null]));
