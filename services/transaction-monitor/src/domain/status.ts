import { fold } from '@stakewatch/lists';

/** What a transaction's own status word means. `other`: neither success, nor failure, nor under way (cancelled, reversed, …). */
export type StatusClass = 'completed' | 'pending' | 'failed' | 'other';

const WORDS: Readonly<Record<Exclude<StatusClass, 'other'>, readonly string[]>> = {
  completed: ['completed', 'complete', 'success', 'successful', 'succeeded', 'approved', 'settled', 'captured', 'paid', 'processed', 'posted', 'done', 'ok'],
  pending: ['pending', 'processing', 'initiated', 'authorized', 'authorised', 'in progress', 'on hold', 'held', 'awaiting', 'queued', 'submitted', 'created', 'scheduled', 'under review', 'in review', 'open', 'new'],
  failed: ['failed', 'failure', 'fail', 'declined', 'rejected', 'refused', 'denied', 'error', 'errored', 'unsuccessful', 'insufficient funds', 'expired', 'timed out', 'timeout', 'blocked'],
};
const CLASSES = new Map(Object.entries(WORDS).flatMap(([name, words]) => words.map((word) => [word, name as StatusClass] as const)));

export function statusClass(status: string): StatusClass {
  return CLASSES.get(fold(status).replace(/[\s_-]+/g, ' ')) ?? 'other';
}
