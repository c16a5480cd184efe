import type { AlertFilter } from '@stakewatch/clickhouse';
import type { ApiCall } from '../app/api-route';
import { oneOf, pageBounds, shortText } from '../pages/page-query';

export const STATUSES = ['open', 'withdrawn'] as const;
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export const MODES = ['live', 'dry_run'] as const;
export const MAX_RULE = 64;
export const MAX_PLAYER = 100;

/** @throws {ApiError} INVALID_PARAMETER */
export function readAlertQuery(query: ApiCall['query']): AlertFilter {
  return {
    ...pageBounds(query, ['rule', 'player', 'status', 'severity', 'mode']),
    ...shortText(query, 'rule', MAX_RULE),
    ...shortText(query, 'player', MAX_PLAYER),
    ...oneOf(query, 'status', STATUSES),
    ...oneOf(query, 'severity', SEVERITIES),
    ...oneOf(query, 'mode', MODES),
  };
}
