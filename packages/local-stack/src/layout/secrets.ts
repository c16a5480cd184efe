import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StackCompany } from '@stakewatch/contracts';
import { readJsonIfThere, writeJsonAtomically } from './atomic-file';

/** What only this stack knows, made at its first start and found again at the next. Readable by its owner alone. */
export interface Secrets {
  /** HMAC pepper of API keys. */
  readonly pepper: string;
  readonly clickhousePassword: string;
  /** Demo companies; their API keys are shown here only, the system keeps hashes. */
  readonly companies: readonly StackCompany[];
}

/** Mode of files that hold secrets. */
export const OWNER_ONLY = 0o600;

/** If the process dies before the file is in place, nothing has used these secrets yet and the next start makes others. */
export function loadOrCreateSecrets(path: string): Secrets {
  const found = readJsonIfThere(path) as Secrets | null;
  if (found) return found;
  mkdirSync(dirname(path), { recursive: true });
  const made: Secrets = { pepper: secret(), clickhousePassword: secret(), companies: [] };
  writeJsonAtomically(path, made, OWNER_ONLY);
  return made;
}

export function saveSecrets(path: string, secrets: Secrets): void {
  writeJsonAtomically(path, secrets, OWNER_ONLY);
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
