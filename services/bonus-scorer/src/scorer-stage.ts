import { type Alert, type BonusInput, bonusChangeIdOf, bonusDecisionIdOf, CONSUMER_GROUPS, type DeadPlace, readReplayOf, TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, type BatchRange, type FoldContext, keyedStates, type LogRecord, type OutgoingRecord, progressRecord, replyTo, type Stage, type StateCache, type States, type StateWrite, Unreadable } from '@stakewatch/runtime';
import type { AlertContent } from './domain/alerts';
import { gamesBetOn, groupsOfChange, groupsOfSignal, isResultOfBet, PLAY_FORM } from './domain/bets';
import { decideChange } from './domain/decide';
import { forgetUnseen } from './domain/forget';
import { keepGroupClaim } from './domain/group-claims';
import type { BonusChange, BonusChangeRequest, GroupClaim } from './domain/inputs';
import { observeSignal } from './domain/observe';
import type { Policy } from './domain/policy';
import { type BonusQuery, bonusesPage, linksPage } from './domain/queries';
import { groupClaimRecords } from './group-claim-records';
import { refusedPack } from './refusals';
import { answerKey, AnswerState } from './state/answer-state';
import { CompanyRows, isOwnShard, ownShardKey, shardKeys } from './state/company-rows';
import { Shard } from './state/shard';

export const SERVICE = CONSUMER_GROUPS.bonusScorer.name;

export interface StageDeps {
  readonly codec: AvroCodec;
  policyFor(companyId: string): Policy;
  /** Scopes of the other operators of the company's group. */
  groupOf(companyId: string): readonly string[];
  /** Days without a sign of a player after which what ties it to others is forgotten. */
  readonly evidenceDays: number;
}

export interface ScorerInput {
  readonly value: BonusInput;
  readonly body: unknown;
  readonly headers: LogRecord['headers'];
  /** Milliseconds at which the log took it. */
  readonly loggedAt: number;
}

type State = Shard | AnswerState;

/** Longer than the two days of events that are kept of a player (domain/bets.ts), by as much as they may be behind. */
const PLAYS_KEPT_MS = 14 * 86_400_000;

/**
 * Decides bonus changes, takes in what betting events say, and answers questions, all of one company in the order of its log.
 * Every time and id in an answer derives from the command, so that a command worked again after a crash is answered the same.
 */
export function scorerStage(deps: StageDeps): Stage<ScorerInput, StateCache<ScorerInput, State>> {
  let batch: FoldContext | null = null;
  /** Where records of the batch stood when they were dead. */
  let replayed: DeadPlace[] = [];
  return {
    decode({ value, headers, timestamp }) {
      if (value === null) throw new Unreadable('no value');
      const input = deps.codec.decode('bonus-change', value);
      return { value: input, body: bodyOf(input), headers, loggedAt: timestamp };
    },
    keep: keyedStates<ScorerInput, State>({
      keysOf,
      furtherKeysOf: (input, states) => furtherKeysOf(input, companyRows(input, states)),
      restore(key, bytes) {
        if (key.startsWith('answer|')) return new AnswerState(bytes === null ? null : bytes.toString('utf8'));
        return Shard.restore(bytes, isOwnShard(key) ? PLAY_FORM : undefined);
      },
      takeWrite: (key, state) => keptFor(key, state.takeWrite(key)),
      sizeOf: ({ bytes }) => bytes,
    }),
    fold(input, states, at) {
      // A batch that failed half-way is folded again from its first record, with a context of its own.
      if (batch !== at) [batch, replayed] = [at, []];
      const outputs = foldInput(deps, input, states, at);
      const of = input.value.kind === 'activity' ? readReplayOf(input.headers) : null;
      if (of !== null) replayed.push(of);
      return outputs;
    },
    endBatch(range, at, refused) {
      const seen = batch === at ? replayed : [];
      [batch, replayed] = [null, []];
      const records = refused.flatMap((record) => refusedPack(deps.codec, record, at));
      return seen.length === 0 ? records : [...records, seenAgain(deps.codec, range, seen, at)];
    },
  };
}

/** Says which dead records have been decided on since they were put back: the status of the events that they are of waits for that (docs/decisions/0147-letters-say-whose-signals.md). */
function seenAgain(codec: AvroCodec, range: BatchRange, places: readonly DeadPlace[], { nowMicros }: FoldContext): OutgoingRecord {
  const sources = places.map((place) => ({ partition: place.partition, from_offset: place.offset, to_offset: place.offset }));
  return progressRecord(codec, SERVICE, range, { processed_at: Math.floor(nowMicros / 1_000), sources });
}

function bodyOf({ kind, body }: BonusInput): unknown {
  if (kind === 'activity') return null;
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw new Unreadable('the body is not JSON', { cause: error });
  }
}

/** States that an input needs; those of a company that tie accounts always, as any two may be tied. */
function keysOf({ value, body }: ScorerInput): readonly string[] {
  const { company_id: company, kind } = value;
  const always = shardKeys(company);
  if (kind === 'activity') return [...always, ...value.signals.flatMap((signal) => ownShards(company, groupsOfSignal(signal)))];
  if (kind === 'change') {
    const { txnId, applicant } = body as BonusChangeRequest;
    return [answerKey(company, bonusChangeIdOf(company, txnId)), ...always, ...ownShards(company, groupsOfChange(applicant.externalUserId))];
  }
  const id = askedId(body);
  return id === null ? always : [answerKey(company, id), ...always];
}

/** States that show when the player's are there: bets on the games that it bet on, and those on the game of a bet whose result this is. */
function furtherKeysOf({ value, body }: ScorerInput, rows: CompanyRows): readonly string[] {
  const { company_id: company, kind } = value;
  if (kind === 'change') return ownShards(company, gamesBetOn(rows, (body as BonusChangeRequest).applicant.externalUserId));
  return value.signals.filter(isResultOfBet).flatMap(({ player_id: player, game_bet_id: betId }) => ownShards(company, gamesBetOn(rows, player, betId as string)));
}

const ownShards = (company: string, groups: readonly string[]): readonly string[] => groups.map((group) => ownShardKey(company, group));

const companyRows = ({ value }: ScorerInput, states: States<State>): CompanyRows => new CompanyRows(value.company_id, (key) => states.get(key) as Shard);

/** What was played long ago is needed no more: its shards go by themselves. */
const keptFor = (key: string, write: StateWrite | null): StateWrite | null => (write !== null && isOwnShard(key) ? { ...write, ttlMs: PLAYS_KEPT_MS } : write);

const askedId = (body: unknown): string | null => ((body as BonusQuery | null)?.ask === 'change' ? (body as { id: string }).id : null);

function foldInput(deps: StageDeps, input: ScorerInput, states: States<State>, at: FoldContext): readonly OutgoingRecord[] {
  const { value, body } = input;
  const rows = companyRows(input, states);
  const policy = deps.policyFor(value.company_id);
  if (value.kind === 'query') return replyTo(input.headers, { kind: 'decided', body: answerQuery(body as BonusQuery, rows, states, value.company_id, policy) });
  const outputs = foldEvidence(deps, input, rows, states, policy, at);
  forgetUnseen(rows, newestTime(value), deps.evidenceDays);
  return outputs;
}

/** The newest time that an input tells of: not after it was received, as an operator's clock may be ahead. */
function newestTime({ signals, txn_date: date, received_at: received }: BonusInput): number {
  const times = signals.length > 0 ? signals.map(({ event_timestamp: at }) => at) : [date ?? received];
  return Math.min(received, Math.max(...times));
}

function foldEvidence(deps: StageDeps, input: ScorerInput, rows: CompanyRows, states: States<State>, policy: Policy, at: FoldContext): readonly OutgoingRecord[] {
  const { value, body } = input;
  const toRecords = (alerts: readonly AlertContent[]) => alerts.map((alert) => alertRecord(deps.codec, { ...alert, decided_at: at.nowMicros }));
  if (value.kind === 'activity') return toRecords(value.signals.flatMap((signal) => observeSignal(rows, value.company_id, signal, policy)));
  if (value.kind === 'change') return foldChange(deps, input, rows, states, policy, toRecords);
  keepGroupClaim(rows, body as GroupClaim);
  return [];
}

function answerQuery(query: BonusQuery, rows: CompanyRows, states: States<State>, companyId: string, policy: Policy): unknown {
  if (query.ask === 'bonuses') return bonusesPage(rows, query);
  if (query.ask === 'links') return linksPage(rows, query, policy.rings);
  const { text } = states.get(answerKey(companyId, query.id)) as AnswerState;
  return text === null ? null : (JSON.parse(text) as unknown);
}

function foldChange(deps: StageDeps, input: ScorerInput, rows: CompanyRows, states: States<State>, policy: Policy, toRecords: (alerts: readonly AlertContent[]) => OutgoingRecord[]): readonly OutgoingRecord[] {
  const change = changeOf(input);
  const { companyId, uuid, receivedAt, request } = change;
  const id = bonusChangeIdOf(companyId, request.txnId);
  const remembered = states.get(answerKey(companyId, id)) as AnswerState;
  // The same transaction again gets the first answer, whatever it says now (document 001's txnId is its identity).
  if (remembered.text !== null) return replyTo(input.headers, { kind: 'decided', body: JSON.parse(remembered.text) as unknown });

  const outcome = decideChange(rows, change, policy);
  if (outcome.kind === 'rejected') return replyTo(input.headers, { kind: 'rejected', body: { code: 'IMPOSSIBLE_TRANSITION', errors: [outcome.refusal] } });
  const answer = JSON.stringify(outcome.answer);
  remembered.keep(answer);
  const decision = deps.codec.encode('decision', {
    decision_id: bonusDecisionIdOf(companyId, id),
    company_id: companyId,
    service: SERVICE,
    kind: 'bonus.change',
    subject_id: uuid,
    player_id: request.applicant.externalUserId,
    outcome: outcome.answer.review.reviewResult.reviewAnswer,
    score: outcome.answer.score,
    // A rule whose condition failed is silent in the answer; the decision says why.
    facts: JSON.stringify(outcome.failures.length === 0 ? outcome.facts : { ...outcome.facts, failures: outcome.failures }),
    rule_versions: JSON.stringify(outcome.versions),
    answer,
    // The decision's own time is the command's, so that working it again writes the same row.
    decided_at: receivedAt,
  });
  return [
    { topic: TOPICS.decisions.name, key: uuid, value: decision },
    ...toRecords(outcome.alerts),
    ...(outcome.claimEvidence ? groupClaimRecords(deps.codec, { claimUuid: uuid, companyId, at: change.at, evidence: outcome.claimEvidence }, receivedAt, deps.groupOf(companyId)) : []),
    ...replyTo(input.headers, { kind: 'decided', body: outcome.answer }),
  ];
}

function changeOf({ value, body, loggedAt }: ScorerInput): BonusChange {
  return {
    companyId: value.company_id,
    uuid: value.uuid,
    receivedAt: value.received_at,
    at: value.txn_date ?? value.received_at,
    queuedMs: Math.max(0, Math.round(loggedAt - value.received_at / 1000)),
    request: body as BonusChangeRequest,
  };
}

const alertRecord = (codec: AvroCodec, alert: Alert): OutgoingRecord => ({ topic: TOPICS.alerts.name, key: alert.alert_id, value: codec.encode('alert', alert) });
