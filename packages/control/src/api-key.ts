import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiKeyRecord, Environment } from '@stakewatch/contracts';
import { randomBase62, type RandomSource } from './base62';

/**
 * API keys: `sw_live_<id>_<secret>` or `sw_test_<id>_<secret>`; id 12 and secret 32 letters of base62 (190 bits).
 * A key is shown once. Its record holds the id, to find it by, and an HMAC-SHA-256 of the whole key under the deployment's
 * pepper (spec README, "Partners": every API key is stored only as a hash). A fast keyed hash is enough, because the secret
 * is random: there is nothing to guess word by word (docs/decisions/0060-api-keys.md).
 */
const KEY_PATTERN = /^sw_(live|test)_([0-9A-Za-z]{12})_[0-9A-Za-z]{32}$/;
export const MIN_PEPPER_LENGTH = 32;

export interface NewApiKey {
  readonly companyId: string;
  readonly environment: Environment;
  /** What the key is for, in the owner's words. */
  readonly name: string;
  readonly pepper: string;
  readonly now: Date;
  readonly random?: RandomSource;
}

export interface IssuedApiKey {
  /** The whole key: show it once, then forget it. */
  readonly key: string;
  readonly record: ApiKeyRecord;
}

export function issueApiKey(request: NewApiKey): IssuedApiKey {
  const id = randomBase62(12, request.random);
  const prefix = request.environment === 'sandbox' ? 'test' : 'live';
  const key = `sw_${prefix}_${id}_${randomBase62(32, request.random)}`;
  return {
    key,
    record: {
      id,
      companyId: request.companyId,
      environment: request.environment,
      name: request.name,
      hash: hashApiKey(key, request.pepper),
      createdAt: request.now.toISOString(),
      revokedAt: null,
    },
  };
}

export interface ParsedApiKey {
  readonly id: string;
  readonly environment: Environment;
}

/** What a key says of itself, or null when `text` has not the form of a key. Says nothing about whether the key is valid. */
export function parseApiKey(text: string): ParsedApiKey | null {
  const match = KEY_PATTERN.exec(text);
  return match === null ? null : { id: match[2] as string, environment: match[1] === 'test' ? 'sandbox' : 'live' };
}

/** Hex HMAC-SHA-256 of the whole key. @throws {RangeError} when the pepper is shorter than 32 characters. */
export function hashApiKey(key: string, pepper: string): string {
  if (pepper.length < MIN_PEPPER_LENGTH) throw new RangeError(`The API key pepper must have at least ${MIN_PEPPER_LENGTH} characters.`);
  return createHmac('sha256', pepper).update(key).digest('hex');
}

/** True when `key` is the key of `record` and is not revoked. Takes the same time wherever the hashes differ. */
export function apiKeyMatches(key: string, record: ApiKeyRecord, pepper: string): boolean {
  const parsed = parseApiKey(key);
  if (parsed === null || parsed.environment !== record.environment || parsed.id !== record.id) return false;
  const same = timingSafeEqual(Buffer.from(hashApiKey(key, pepper), 'hex'), Buffer.from(record.hash, 'hex'));
  return same && record.revokedAt === null;
}
