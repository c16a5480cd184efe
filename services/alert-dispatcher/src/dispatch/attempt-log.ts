import { TOPICS, type WebhookAttempt } from '@stakewatch/contracts';
import type { AvroCodec, LogProducer } from '@stakewatch/runtime';

interface Waiting {
  readonly attempt: WebhookAttempt;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Publishes attempts to webhook.attempts.v1. What comes while a request is on its way goes together in the next one, so a quiet
 * system pays one round trip and a busy one few.
 */
export class AttemptLog {
  private waiting: Waiting[] = [];
  private sending = false;

  constructor(
    private readonly producer: LogProducer,
    private readonly codec: AvroCodec,
  ) {}

  /** Resolves once acknowledged. @throws {LogUnavailable}: the attempt may have been written; written again it has the same id. */
  publish(attempt: WebhookAttempt): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ attempt, resolve, reject });
      if (!this.sending) void this.sendAll();
    });
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.producer.send(batch.map(({ attempt }) => ({ topic: TOPICS.webhookAttempts.name, key: attempt.delivery_id, value: this.codec.encode('webhook-attempt', attempt) })));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.sending = false;
  }
}
