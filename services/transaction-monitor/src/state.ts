import type { StateWrite } from '@stakewatch/runtime';
import { ENTRY_BYTES } from './history/entry';
import { History } from './history/history';

const DAY_MS = 86_400_000;
/** Histories and answers that nothing touched for so long are forgotten; a decision stands in ClickHouse for ever. */
export const KEPT_MS = 400 * DAY_MS;

/** The first answer to a transaction id, word for word, and what the transaction was. */
export interface KeptAnswer {
  readonly content: string;
  readonly answer: string;
}

export type State = { readonly kind: 'answer'; kept: KeptAnswer | null; fresh: boolean } | { readonly kind: 'history'; readonly history: History };

const HISTORY_OVERHEAD_BYTES = 300;
/** What an entry takes in memory, objects and bigints included, against what it takes when stored. */
const MEMORY_PER_STORED_BYTE = 5;

export function restoreState(key: string, bytes: Buffer | null): State {
  if (!key.startsWith('answer|')) return { kind: 'history', history: new History(bytes) };
  return { kind: 'answer', kept: bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as KeptAnswer), fresh: false };
}

export function writeOf(key: string, state: State): StateWrite | null {
  if (state.kind === 'history') {
    const write = state.history.takeWrite();
    return write && { key, ...write, ttlMs: KEPT_MS };
  }
  if (!state.fresh) return null;
  state.fresh = false;
  return { key, op: 'set', bytes: Buffer.from(JSON.stringify(state.kept)), ttlMs: KEPT_MS };
}

export function bytesOf(state: State): number {
  if (state.kind === 'history') return HISTORY_OVERHEAD_BYTES + state.history.all.length * ENTRY_BYTES * MEMORY_PER_STORED_BYTE;
  return HISTORY_OVERHEAD_BYTES + 2 * (state.kept?.answer.length ?? 0);
}
