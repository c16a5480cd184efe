import { createHmac } from 'node:crypto';
import { WebhookEndpointRecord } from '@stakewatch/contracts';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { TEST_SECRET } from '../testing/samples';
import { signedHeaders } from './signature';

const OTHER = `whsec_${Buffer.from('another secret of thirty-two byte').toString('base64')}`;
const STRANGER = `whsec_${Buffer.from('a secret that nobody has signed by').toString('base64')}`;

test('the signature is HMAC-SHA-256 over id, timestamp and body, as the specification writes it', () => {
  const key = Buffer.from(TEST_SECRET.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update('msg_1.1790000000.{"a":1}').digest('base64');
  expect(signedHeaders('msg_1', 1_790_000_000_999, '{"a":1}', [TEST_SECRET])).toEqual({ 'webhook-id': 'msg_1', 'webhook-timestamp': '1790000000', 'webhook-signature': `v1,${expected}` });
});

test('during a rotation either secret verifies, another does not', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.json(), (id, body) => {
      const headers = signedHeaders(id, Date.now(), body, [OTHER, TEST_SECRET]);
      expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
      for (const secret of [OTHER, TEST_SECRET]) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(STRANGER).verify(body, headers)).toThrow();
      expect(() => new Webhook(OTHER).verify(`${body} `, headers)).toThrow();
    }),
    { numRuns: 20 },
  );
});

test('no secret that an endpoint may be given fails to sign: one bad record would stop every webhook', () => {
  const fits = new RegExp(WebhookEndpointRecord.properties.secrets.items.pattern as string);
  const made = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  expect([TEST_SECRET, OTHER, made].filter((secret) => !fits.test(secret))).toEqual([]);
  expect(() => signedHeaders('msg_1', 0, '', ['whsec_not base64!'])).toThrow();
  expect(['whsec_not base64!', `${made}=`, made.slice(0, -2), 'whsec_', 'whsec_c2hvcnQ='].filter((secret) => fits.test(secret))).toEqual([]);
  fc.assert(fc.property(fc.oneof(fc.base64String(), fc.string()), (text) => !fits.test(`whsec_${text}`) || signedHeaders('msg_1', 0, '', [`whsec_${text}`])['webhook-signature'] !== ''));
});
