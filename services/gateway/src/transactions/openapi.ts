import { type TSchema, Type } from '@sinclair/typebox';
import type { Json, SurfaceWriter } from '../docs/surface-writer';
import { TRANSACTIONS_PATH } from './routes';
import { MAX_TRANSACTION_ID, TRANSACTION_EXAMPLE, TransactionRequest } from './schema';

/** Document 003, "Suspicious Activity Codes" and "Safe Activity code". */
const CODES = ['450', '451', '452', '453', '454', '455', '456', '457', '200', '201', '202', '210', '211', '212', '220', '221'];

export const TRANSACTION_SCHEMAS: Record<string, TSchema> = {
  TransactionRequest,
  TransactionDecision: Type.Object({
    status: Type.Literal('Success'),
    data: Type.Object({
      activity_code: Type.Unsafe({ type: 'string', enum: CODES, description: '450 to 457 are suspicious, 200 to 221 safe.' }),
      status: Type.String({ description: "The transaction's own status, as sent." }),
      comment: Type.Array(Type.String(), { description: 'Every reason, the one that decided first; each begins with its code.' }),
      fraud_percentage: Type.Integer({ minimum: 0, maximum: 100 }),
    }),
    message: Type.Literal('Transaction was successfully processed'),
  }),
};

export function transactionPaths({ success, failure, common, rateHeaders }: SurfaceWriter): Json {
  return {
    [`${TRANSACTIONS_PATH}/`]: {
      post: {
        tags: ['Transactions'],
        operationId: 'monitorTransaction',
        summary: 'Send a transaction and get its activity code',
        description: 'Every field is required. The same transaction_id with the same content gets the first answer; with other content 400. The last slash may be left out.',
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/TransactionRequest' }, example: TRANSACTION_EXAMPLE } } },
        responses: {
          '201': success('Decided.', 'TransactionDecision'),
          '400': failure('A field is missing or not valid (errors names each), or the transaction_id was used with other content.', rateHeaders),
          '413': failure('The body is larger than allowed.', rateHeaders),
          '415': failure('Only application/json is taken, plain or gzip.', rateHeaders),
          ...common,
        },
      },
    },
    [`${TRANSACTIONS_PATH}/{transaction_id}`]: {
      get: {
        tags: ['Transactions'],
        operationId: 'getTransactionDecision',
        summary: 'Read the decision on a transaction as it was answered',
        parameters: [{ name: 'transaction_id', in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: MAX_TRANSACTION_ID } }],
        responses: { '200': success('The decision.', 'TransactionDecision'), '400': failure('Not a readable request.'), '404': failure('No such transaction of your company.', rateHeaders), ...common },
      },
    },
  };
}
