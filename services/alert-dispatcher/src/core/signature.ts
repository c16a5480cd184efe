import { Webhook } from 'standardwebhooks';

/**
 * The three headers of the Standard Webhooks specification 1.0 ("Webhook metadata"). During a rotation there are two secrets and
 * so two signatures, separated by a space: a receiver that holds either of them verifies.
 */
export function signedHeaders(webhookId: string, nowMs: number, body: string, secrets: readonly string[]): Record<string, string> {
  const at = new Date(nowMs);
  return {
    'webhook-id': webhookId,
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(webhookId, at, body)).join(' '),
  };
}
