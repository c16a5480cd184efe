import { TOPICS, type Transaction } from '@stakewatch/contracts';
import type { AvroCodec, DecisionReply, RequestClient } from '@stakewatch/runtime';
import { ApiError } from '../app/api-error';
import type { ApiAnswer, ApiCall, ApiRoute } from '../app/api-route';
import { JSON_TYPE } from '../app/body';
import { hasAtMost } from '../app/characters';
import { decideOrFail } from '../app/decide';
import { MAX_TRANSACTION_ID } from './schema';
import { readTransactionBody, type TransactionBody } from './transaction-body';
import { queryOf, readTransaction } from './validator';

export interface TransactionRouteDeps {
  readonly requests: RequestClient;
  readonly codec: AvroCodec;
  readonly timeoutMs: number;
  nowMicros(): number;
}

const BODY_LIMIT = 65_536;
export const TRANSACTIONS_PATH = '/api/v1/monitoring/transaction_monitoring';

/** Document 003, with and without the last slash (express takes both). The transaction monitor decides, in the order of the company's log. */
export function transactionRoutes(deps: TransactionRouteDeps): readonly ApiRoute[] {
  return [
    { method: 'POST', path: TRANSACTIONS_PATH, name: 'transaction', bodyLimit: BODY_LIMIT, reader: { type: JSON_TYPE, parse: readTransactionBody }, work: (call) => postTransaction(deps, call) },
    { method: 'GET', path: `${TRANSACTIONS_PATH}/:transaction_id`, name: 'transaction-read', work: (call) => readDecision(deps, call) },
  ];
}

async function postTransaction(deps: TransactionRouteDeps, { principal, language, body }: ApiCall): Promise<ApiAnswer> {
  const reply = await ask(deps, readTransaction(body as TransactionBody, principal.scope, deps.nowMicros(), language));
  if (reply.kind === 'decided') return { status: 201, body: reply.body };
  throw new ApiError('TRANSACTION_CONFLICT', { errors: [{ path: 'transaction_id', message: language === 'fr' ? 'transaction_id a servi avec un autre contenu' : 'transaction_id was used with other content' }] });
}

/** The decision as it was answered; 404 when no such transaction was sent. */
async function readDecision(deps: TransactionRouteDeps, { principal, params }: ApiCall): Promise<ApiAnswer> {
  const id = params['transaction_id'] ?? '';
  if (!hasAtMost(id, MAX_TRANSACTION_ID)) throw new ApiError('NOT_FOUND');
  const { body } = await ask(deps, queryOf(id, principal.scope, deps.nowMicros()));
  if (body === null) throw new ApiError('NOT_FOUND');
  return { status: 200, body };
}

/** Keyed by company scope: one monitor sees a company's accounts in one order. */
function ask({ requests, codec, timeoutMs }: TransactionRouteDeps, transaction: Transaction): Promise<DecisionReply> {
  return decideOrFail(requests, { topic: TOPICS.transactions.name, key: transaction.company_id, value: codec.encode('transaction', transaction), timeoutMs });
}
