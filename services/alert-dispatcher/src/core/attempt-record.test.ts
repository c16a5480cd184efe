import { aDelivery } from '../testing/samples';
import { attemptRecord } from './attempt-record';

const facts = { outcome: 'failed', url: 'https://u:p@x.example/hook?token=t#f', status: 500, error: 'status_500', excerpt: 'no', startedAtMicros: 1_790_000_000_000_000, durationMs: 12.5, nextAttemptAtMs: 1_790_000_005_000 } as const;

test('names the attempt, and keeps no secret of the URL', () => {
  expect(attemptRecord(aDelivery({ attempts: 2 }), facts)).toMatchObject({ attempt: 3, url: 'https://x.example/hook', http_status: 500, started_at: 1_790_000_000_000_000, next_attempt_at: 1_790_000_005_000_000 });
});

test('worked again it has the same id; another attempt or resend has its own', () => {
  const id = (changes: Parameters<typeof aDelivery>[0]) => attemptRecord(aDelivery(changes), facts).attempt_id;
  expect(id({ attempts: 1 })).toBe(id({ attempts: 1 }));
  const ids = [id({ attempts: 0 }), id({ attempts: 1 }), id({ reason: 'resend', commandId: 'c1' }), id({ reason: 'resend', commandId: 'c2' }), id({ reason: 'resend', commandId: 'c1', attempts: 1 })];
  expect(new Set(ids).size).toBe(ids.length);
});
