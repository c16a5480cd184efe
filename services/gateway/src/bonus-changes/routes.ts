import { randomUUID } from 'node:crypto';
import { type BonusInput, bonusChangeUuidOf, type FieldError, TOPICS } from '@stakewatch/contracts';
import type { AvroCodec, RequestClient } from '@stakewatch/runtime';
import { ApiError, invalidParameter } from '../app/api-error';
import { type ApiAnswer, type ApiCall, type ApiRoute, PASSED_ON_READER } from '../app/api-route';
import { decideOrFail } from '../app/decide';
import { limitOf, refuseUnknown } from '../pages/page-query';
import { playerFault, readBonusChange } from './validator';

export interface BonusRouteDeps {
  readonly requests: RequestClient;
  readonly codec: AvroCodec;
  readonly timeoutMs: number;
  nowMicros(): number;
}

const BODY_LIMIT = 65_536;
const PAGE = { least: 1, most: 100, usual: 20 };
const CHANGE_ID = /^[0-9a-f]{24}$/;
/** Rank and id of the last item of a page: the scorer's order. An id has up to 200 characters, and may be empty. */
const CURSOR = /^\d{1,16}(?:\.\d{1,20})?(?:e-\d{1,3})?_.{0,200}$/su;

/** Document 001, and what is kept of its changes. Decisions and reads are both answered by the bonus scorer, in the order of the company's log. */
export function bonusRoutes(deps: BonusRouteDeps): readonly ApiRoute[] {
  const post = { bodyLimit: BODY_LIMIT, reader: PASSED_ON_READER, work: (call: ApiCall) => postChange(deps, call) };
  return [
    { method: 'POST', path: '/api/v1/bonus-changes', name: 'bonus-change', ...post },
    { method: 'POST', path: '/api/v1/players/:externalUserId/bonus-changes', name: 'bonus-change', ...post },
    { method: 'GET', path: '/api/v1/bonus-changes/:id', name: 'bonus-change-read', work: (call) => readChange(deps, call) },
    { method: 'GET', path: '/api/v1/players/:externalUserId/bonuses', name: 'player-bonuses', work: (call) => readPage(deps, call, 'bonuses') },
    { method: 'GET', path: '/api/v1/players/:externalUserId/links', name: 'player-links', work: (call) => readPage(deps, call, 'links') },
  ];
}

async function postChange(deps: BonusRouteDeps, { principal, language, params, body }: ApiCall): Promise<ApiAnswer> {
  const receivedAt = deps.nowMicros();
  const player = params['externalUserId'] === undefined ? undefined : playerOf(params);
  const change = readBonusChange(body, player, principal.keyId, receivedAt, language);
  const reply = await ask(deps, {
    uuid: bonusChangeUuidOf(principal.scope, change.txnId),
    company_id: principal.scope,
    kind: 'change',
    received_at: receivedAt,
    player_id: change.player,
    txn_date: change.txnDate,
    body: JSON.stringify(change.request),
    signals: [],
  });
  if (reply.kind === 'decided') return { status: 200, body: reply.body };
  throw new ApiError('IMPOSSIBLE_TRANSITION', { errors: (reply.body as { errors: readonly FieldError[] }).errors });
}

async function readChange(deps: BonusRouteDeps, { principal, params }: ApiCall): Promise<ApiAnswer> {
  const id = params['id'] ?? '';
  if (!CHANGE_ID.test(id)) throw new ApiError('NOT_FOUND');
  const { body } = await query(deps, principal.scope, { ask: 'change', id });
  if (body === null) throw new ApiError('NOT_FOUND');
  return { status: 200, body };
}

async function readPage(deps: BonusRouteDeps, { principal, params, query: asked }: ApiCall, what: 'bonuses' | 'links'): Promise<ApiAnswer> {
  const player = playerOf(params);
  refuseUnknown(asked, ['limit', 'after']);
  const limit = limitOf(asked, PAGE);
  const after = asked['after'] ?? null;
  if (after !== null && !(typeof after === 'string' && CURSOR.test(after))) throw invalidParameter('after', 'must be the next of the page before');
  const { body } = await query(deps, principal.scope, { ask: what, player, limit, after });
  return { status: 200, body: { externalUserId: player, ...(body as object) } };
}

function playerOf(params: ApiCall['params']): string {
  const player = params['externalUserId'] ?? '';
  const fault = playerFault(player);
  if (fault !== null) throw invalidParameter('externalUserId', fault);
  return player;
}

const query = (deps: BonusRouteDeps, scope: string, asked: object) =>
  ask(deps, { uuid: randomUUID(), company_id: scope, kind: 'query', received_at: deps.nowMicros(), player_id: null, txn_date: null, body: JSON.stringify(asked), signals: [] });

function ask({ requests, codec, timeoutMs }: BonusRouteDeps, input: BonusInput) {
  // If the process dies here the command is either in the log, and will be decided, or it is not; the caller sends the same txnId again.
  return decideOrFail(requests, { topic: TOPICS.bonusChanges.name, key: input.company_id, value: codec.encode('bonus-change', input), timeoutMs });
}
