import type { AlertReader, DecisionReader, StoredAlert } from '@stakewatch/clickhouse';
import { TOPICS } from '@stakewatch/contracts';
import { ApiError, unavailable } from '../app/api-error';
import type { ApiAnswer, ApiCall, ApiRoute } from '../app/api-route';
import { logged, stored } from '../app/dependencies';
import type { HistoryLevel } from '../decisions/history-level';
import { nextOf } from '../pages/page-query';
import { readAlertQuery } from './page-query';

export interface AlertRouteDeps {
  readonly reader: Pick<AlertReader, 'page' | 'find' | 'attempts'>;
  readonly labels: Pick<DecisionReader, 'labels' | 'standingLabels'>;
  readonly level: HistoryLevel;
  /** How long the history is waited for until an alert that was just raised is there, in milliseconds. */
  readonly waitMs: number;
}

export const ALERTS_PATH = '/api/v1/alerts';
/** Attempts that are shown of one alert, newest first; all are counted. */
export const MAX_ATTEMPTS = 200;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Alerts as the history has them: each as its newest revision, within the company's scope. */
export function alertRoutes(deps: AlertRouteDeps): readonly ApiRoute[] {
  return [
    { method: 'GET', path: ALERTS_PATH, name: 'alerts', work: (call) => page(deps, call) },
    { method: 'GET', path: `${ALERTS_PATH}/:id`, name: 'alert', work: (call) => read(deps, call) },
  ];
}

async function page({ reader, labels }: AlertRouteDeps, { principal, query }: ApiCall): Promise<ApiAnswer> {
  const { items, next } = await stored(reader.page(principal.scope, readAlertQuery(query)));
  const standing = await stored(labels.standingLabels(principal.scope, items.map(({ id }) => id)));
  return { status: 200, body: { items: items.map((item) => ({ ...item, label: standing.get(item.id)?.label ?? null })), next: nextOf(next) } };
}

async function read(deps: AlertRouteDeps, { principal, params }: ApiCall): Promise<ApiAnswer> {
  const { scope } = principal;
  const alert = await found(deps, scope, (params['id'] ?? '').toLowerCase());
  const [attempts, said] = await Promise.all([stored(deps.reader.attempts(scope, alert.id, MAX_ATTEMPTS)), stored(deps.labels.labels(scope, alert.id))]);
  return { status: 200, body: { ...alert, attempts: attempts.items, attempts_total: attempts.total, label: said.at(-1) ?? null, labels: said } };
}

/** @throws {ApiError} NOT_FOUND only when neither the history nor the log, as it was when asked, has it; UNAVAILABLE while that is not known. */
async function found({ reader, level, waitMs }: AlertRouteDeps, scope: string, id: string): Promise<StoredAlert> {
  if (!UUID.test(id)) throw new ApiError('NOT_FOUND');
  const known = await stored(reader.find(scope, id));
  if (known) return known;
  const complete = await logged(level.reached([TOPICS.alerts.name], waitMs));
  const late = await stored(reader.find(scope, id));
  if (late) return late;
  throw complete ? new ApiError('NOT_FOUND') : unavailable(new Error('the history is behind the log'));
}
