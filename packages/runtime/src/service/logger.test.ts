import { PassThrough } from 'node:stream';
import { createLogger } from './logger';

test('secrets and personal data do not reach the log', () => {
  const sink = new PassThrough();
  const logger = createLogger('test', 'info', sink);
  logger.info({ apiKey: 'sw_live_secret', company: { secret: 'whsec_secret', id: 'acme' }, event: { player_phone: '+221secret', ip_address: '41.secret' }, request: { 'x-api-key': 'sw_live_secret' } }, 'hello');
  const line = String(sink.read());
  for (const leak of ['sw_live_secret', 'whsec_secret', '+221secret', '41.secret']) expect(line).not.toContain(leak);
  expect(JSON.parse(line)).toMatchObject({ level: 'info', service: 'test', company: { id: 'acme', secret: '[redacted]' } });
});
