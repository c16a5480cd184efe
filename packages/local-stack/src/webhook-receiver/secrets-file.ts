import { readFileSync, statSync } from 'node:fs';

/** Webhook secrets by company, from a file that may change while the receiver runs. */
export interface SecretsFile {
  /** Secrets that a company's messages may be signed with; none for an unknown company. */
  of(company: string): readonly string[];
}

/**
 * Takes both shapes: the local stack's secrets.json ({companies: [{id, webhookSecret}]}) and a plain map from company to its
 * secret or secrets. Read again whenever the file has changed; a half-written or missing file leaves what was read before.
 */
export function watchSecretsFile(path: string, onFault: (fault: string) => void): SecretsFile {
  let secrets: ReadonlyMap<string, readonly string[]> = new Map();
  let readAt = '';
  const refresh = () => {
    const version = versionOf(path);
    if (version === readAt) return;
    readAt = version;
    try {
      secrets = secretsOf(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      onFault(`${path} cannot be read: ${(error as Error).name}`);
    }
  };
  refresh();
  return {
    of(company) {
      refresh();
      return secrets.get(company) ?? [];
    },
  };
}

function versionOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino}/${stat.size}/${stat.mtimeNs}` : 'missing';
}

/** Pure. Entries that are no secrets are left out. */
export function secretsOf(content: unknown): Map<string, readonly string[]> {
  const { companies } = (content ?? {}) as { companies?: unknown };
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(companies)
    ? companies.map((company: { id?: unknown; webhookSecret?: unknown }) => [company.id, company.webhookSecret])
    : Object.entries((content ?? {}) as object);
  const found = new Map<string, readonly string[]>();
  for (const [company, value] of entries) {
    const secrets = (Array.isArray(value) ? value : [value]).filter((secret): secret is string => typeof secret === 'string' && secret.startsWith('whsec_'));
    if (typeof company === 'string' && secrets.length > 0) found.set(company, secrets);
  }
  return found;
}
