import { randomBytes } from 'node:crypto';
import type { StackCompany } from '@stakewatch/contracts';
import { createJson, NotJson, readJsonIfThere, writeJsonAtomically } from './atomic-file';

/** What only this stack knows, made at its first start and found again at the next. Readable by its owner alone. */
export interface Secrets {
  /** HMAC pepper of API keys. */
  readonly pepper: string;
  readonly clickhousePassword: string;
}

/** Mode of files that hold secrets. */
export const OWNER_ONLY = 0o600;

/**
 * If the process dies before the file is in place, nothing has used these secrets yet and the next start makes others. Of two that
 * start at once, both have those of the first.
 */
export function loadOrCreateSecrets(path: string): Secrets {
  const found = secretsIn(read(path));
  if (found) return found;
  const made: Secrets = { pepper: secret(), clickhousePassword: secret() };
  if (createJson(path, made, OWNER_ONLY)) return made;
  const others = read(path);
  if (!secretsIn(others)) write(path, { ...others, ...made });
  return secretsIn(others) ?? made;
}

const secretsIn = ({ pepper, clickhousePassword }: SecretsFile): Secrets | null => (pepper !== undefined && clickhousePassword !== undefined ? { pepper, clickhousePassword } : null);

/** Demo companies with their API keys and webhook secrets: the file is the only place that has them whole, the system keeps hashes. */
export function readCompanies(path: string): readonly StackCompany[] {
  return read(path).companies ?? [];
}

export function keepCompany(path: string, company: StackCompany): void {
  const found = read(path);
  write(path, { ...found, companies: [...(found.companies ?? []).filter(({ id }) => id !== company.id), company] });
}

type SecretsFile = Partial<Secrets> & { readonly companies?: readonly StackCompany[] };

/** @throws {Error} when it cannot be read: other secrets in its place would lock the stack's own data away. */
function read(path: string): SecretsFile {
  try {
    return (readJsonIfThere(path) ?? {}) as SecretsFile;
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new Error(`${error.message}; it holds the secrets that API keys are checked with: put a copy back, or remove the whole folder to start with an empty stack`, { cause: error });
  }
}

function write(path: string, secrets: SecretsFile): void {
  writeJsonAtomically(path, secrets, OWNER_ONLY);
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
