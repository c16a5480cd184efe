import type { DecisionFilter } from '@stakewatch/clickhouse';
import type { ApiCall } from '../app/api-route';
import { oneOf, pageBounds, shortText } from '../pages/page-query';
import { LABELS } from './label-body';

export const SERVICES = ['transaction-monitor', 'bonus-scorer', 'velocity-detector'] as const;
export const LABEL_FILTERS = [...LABELS, 'none'] as const;
export const MAX_OUTCOME = 50;

/** @throws {ApiError} INVALID_PARAMETER */
export function readPageQuery(query: ApiCall['query']): DecisionFilter {
  return {
    ...pageBounds(query, ['service', 'outcome', 'label']),
    ...oneOf(query, 'service', SERVICES),
    ...shortText(query, 'outcome', MAX_OUTCOME),
    ...oneOf(query, 'label', LABEL_FILTERS),
  };
}
