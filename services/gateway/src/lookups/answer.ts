import { DEVICE_TYPES, EVENT_TYPES, GAME_TYPES } from '@stakewatch/contracts';
import type { OperatorList } from './known-operators';

/** Document 000, "GET /api/v1/lookups". */
export function lookupsAnswer(operators: OperatorList) {
  return { event_types: EVENT_TYPES, game_types: GAME_TYPES, device_types: DEVICE_TYPES, operators: operators.list() };
}
