import { Ajv2020 } from 'ajv/dist/2020';
import express, { type Express, type Request, type Response } from 'express';
import { Behaviour, Behaviours } from './behaviour';
import type { KeptBook } from './book-file';
import { describeMessage } from './message';
import { misbehave } from './misbehave';
import type { SecretsFile } from './secrets-file';
import { whyUnverified } from './verify';

export interface ReceiverOptions {
  readonly book: KeptBook;
  readonly secrets: SecretsFile;
  /** Microseconds UTC. */
  readonly nowMicros: () => number;
}

const BODY_LIMIT = '1mb';
const LIST_LIMIT = 100_000;

/**
 * A webhook receiver as a customer would write one, that also remembers what it got:
 * - POST /webhooks/:company (and /hooks/:company): 204 when the signature verifies, else 401 with the reason
 * - GET /deliveries?company=&limit=&after=&order=asc|desc, DELETE /deliveries
 * - GET /stats?company=
 * - GET and POST /behaviour: how it answers, for tests of senders
 */
export function receiverApp(options: ReceiverOptions): Express {
  const behaviours = new Behaviours();
  const isBehaviour = new Ajv2020().compile<Behaviour>(Behaviour);
  const app = express();
  app.disable('x-powered-by');
  app.post(['/webhooks/:company', '/hooks/:company'], express.raw({ type: () => true, limit: BODY_LIMIT }), (request, response) => receive(options, behaviours, request, response));
  app.get('/deliveries', (request, response) => {
    const { company, limit, after, order } = request.query;
    const deliveries = options.book.book.list({ ...(typeof company === 'string' ? { company } : {}), limit: wholeNumber(limit, 100), after: wholeNumber(after, 0), order: order === 'desc' ? 'desc' : 'asc' });
    response.json({ deliveries });
  });
  app.delete('/deliveries', (_request, response) => {
    options.book.clear();
    response.status(204).end();
  });
  app.get('/stats', ({ query }, response) => void response.json(options.book.book.stats(typeof query['company'] === 'string' ? query['company'] : undefined)));
  app.get('/behaviour', (_request, response) => void response.json({ behaviours: behaviours.list() }));
  app.post('/behaviour', express.json(), ({ body }, response) => {
    if (!isBehaviour(body)) return void response.status(400).json({ errors: isBehaviour.errors });
    behaviours.set(body);
    response.status(204).end();
  });
  return app;
}

async function receive({ book, secrets, nowMicros }: ReceiverOptions, behaviours: Behaviours, request: Request, response: Response): Promise<void> {
  const receivedAt = nowMicros();
  const company = String(request.params['company']);
  const behaviour = behaviours.next(company);
  if (behaviour && (await misbehave(behaviour, request, response))) return;
  const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
  const headers = { 'webhook-id': request.get('webhook-id') ?? '', 'webhook-timestamp': request.get('webhook-timestamp') ?? '', 'webhook-signature': request.get('webhook-signature') ?? '' };
  const fault = whyUnverified(body, headers, secrets.of(company));
  book.take(describeMessage(company, headers['webhook-id'].slice(0, 100), fault === null, body, receivedAt));
  if (fault === null) response.status(204).end();
  else response.status(401).json({ error: fault });
}

function wholeNumber(value: unknown, otherwise: number): number {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Math.min(LIST_LIMIT, Number(value)) : otherwise;
}
