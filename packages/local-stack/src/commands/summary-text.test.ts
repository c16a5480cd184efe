import { stackFileOf } from '../layout/stack-file';
import { portsFrom } from '../layout/ports';
import { summaryText } from './summary-text';

const stack = stackFileOf(portsFrom(7800), 'secret-password', [{ id: 'acme', name: 'Acme', plan: 'standard', apiKey: 'sw_live_key', webhookSecret: 'w' }], [
  { name: 'gateway', pid: 1, metricsUrl: 'http://127.0.0.1:7800/metrics' },
]);
const counts = {
  events: 5012, duplicateEvents: 0, lateEvents: 0, players: 400, alerts: 14, alertsWithdrawn: 0, alertsDryRun: 0, alertsByRule: { 'deposit-burst': 14 },
  webhookMessages: 14, webhooksDelivered: 14, deadLetters: 0, decisionMs: { p50: 12.4, p99: 80 }, deliveryMs: null, settled: true,
};

describe('the summary', () => {
  const text = summaryText(stack, counts, { accepted: 5012, refused: 0, seconds: 3.21 }, new Date('2026-11-21T10:00:00Z'));

  test.each(['5,012 of the sample day, in 3.2 s', '5,012 events of 400 players', '14: deposit-burst 14', '14 of 14', 'p50 12 ms, p99 80 ms', 'http://127.0.0.1:7800/docs', 'http://127.0.0.1:7800/metrics'])('says %j', (part) => {
    expect(text).toContain(part);
  });

  test('gives a curl line that can be pasted', () => {
    expect(text).toContain('-H "X-API-Key: sw_live_key"');
    const body = /-d '(.*)'/.exec(text)?.[1] ?? '';
    expect(JSON.parse(body)).toMatchObject({ event_type: 'DEPOSIT', event_timestamp: '2026-11-21T10:00:00.000Z' });
  });

  test('does not print the password, and says when counts still grow', () => {
    expect(text).not.toContain('secret-password');
    expect(text).not.toContain('still catching up');
    expect(summaryText(stack, { ...counts, settled: false }, null, new Date())).toContain('still catching up');
  });
});
