import { Webhook } from 'standardwebhooks';

/** Null when one of `secrets` signed the message within five minutes of now (Standard Webhooks 1.0, "Verifying signatures"); else why not. */
export function whyUnverified(body: string, headers: Readonly<Record<string, string>>, secrets: readonly string[]): string | null {
  if (secrets.length === 0) return 'no secret is known for this company';
  let reason = '';
  for (const secret of secrets) {
    try {
      new Webhook(secret).verify(body, headers, { jsonParse: false });
      return null;
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  return reason;
}
