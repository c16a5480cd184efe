import { isDeepStrictEqual } from 'node:util';
import { type FieldError, type RuleModeName, RuleRecord } from '@stakewatch/contracts';
import { type Decision, notFound, refuse, remove, unchanged } from './decision';
import { refuseFields, writeChecked } from './validate';

/** What the control plane needs of the rule engine (@stakewatch/rules), so that its commands stay pure. */
export interface RuleLibrary {
  /** The built-in rules, in the order in which they are listed. */
  readonly builtIns: readonly RuleSummary[];
  /** Type-checks a definition and runs its examples; the faults name the field. */
  check(definition: unknown): RuleCheck;
  /** Faults of a company's settings for a built-in rule. */
  checkSettings(ruleId: string, settings: Readonly<Record<string, unknown>>): readonly FieldError[];
}

export interface RuleSummary {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly severity: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The whole definition, as data. */
  readonly definition: unknown;
}

export type RuleCheck =
  | { readonly ok: true; readonly rule: RuleSummary; readonly examples: number }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

export interface ListedRule {
  readonly ruleId: string;
  readonly title: string;
  readonly origin: 'built-in' | 'own';
  readonly mode: RuleModeName;
  /** The company's version, 0 while it has set nothing of its own for a built-in rule. */
  readonly version: number;
  readonly severity: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly definition: unknown;
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
}

export const ruleKey = (companyId: string, ruleId: string): string => `${companyId}|${ruleId}`;

/** The built-in rules as the company has set them, then its own, by id. */
export function listRules(library: RuleLibrary, records: Iterable<RuleRecord>, companyId: string): ListedRule[] {
  const ofCompany = new Map([...records].filter((record) => record.companyId === companyId).map((record) => [record.ruleId, record]));
  const builtIns = library.builtIns.map((rule) => listed(rule, 'built-in', ofCompany.get(rule.id)));
  const own = [...ofCompany.values()].filter(({ ruleId }) => !library.builtIns.some(({ id }) => id === ruleId)).sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  return [...builtIns, ...own.map((record) => listed(summaryOf(library, record), 'own', record))];
}

function listed(rule: RuleSummary, origin: ListedRule['origin'], record: RuleRecord | undefined): ListedRule {
  return {
    ruleId: rule.id,
    title: rule.title,
    origin,
    mode: record?.mode ?? 'live',
    version: record?.version ?? 0,
    severity: rule.severity,
    settings: { ...rule.settings, ...record?.settings },
    definition: rule.definition,
    updatedAt: record?.updatedAt ?? null,
    updatedBy: record?.updatedBy ?? null,
  };
}

/** A stored own rule passed its check when it was put; one that no longer does (an older engine's) is still listed. */
function summaryOf(library: RuleLibrary, record: RuleRecord): RuleSummary {
  const check = library.check(record.definition);
  return check.ok ? check.rule : { id: record.ruleId, title: '(no longer valid)', version: record.version, severity: '', settings: {}, definition: record.definition };
}

export interface RuleAuthor {
  /** Who asks, for the record. */
  readonly by: string;
  readonly now: Date;
  /** Refuse when the rule's version is another: someone else changed it meanwhile. 0: there must be none yet. */
  readonly expectedVersion?: number;
}

/** Puts a company's own rule as its next version. Its mode stays; a new rule starts in `mode` (dry run unless told). */
export function putRule(library: RuleLibrary, current: RuleRecord | undefined, companyId: string, definition: unknown, mode: RuleModeName | undefined, author: RuleAuthor): Decision<RuleRecord> {
  const check = library.check(definition);
  if (!check.ok) return refuseFields(check.errors);
  const ruleId = check.rule.id;
  if (library.builtIns.some(({ id }) => id === ruleId)) {
    return refuse('conflict', `${ruleId} is a built-in rule: change its mode or settings, or give yours another id.`, [{ path: 'id', message: 'is taken by a built-in rule' }]);
  }
  const nextMode = mode ?? current?.mode ?? 'dry_run';
  if (current !== undefined && current.mode === nextMode && isDeepStrictEqual(current.definition, definition)) return unchanged(current);
  return nextVersion(current, { companyId, ruleId, mode: nextMode, settings: {}, definition }, author);
}

export function setRuleMode(library: RuleLibrary, current: RuleRecord | undefined, companyId: string, ruleId: string, mode: RuleModeName, author: RuleAuthor): Decision<RuleRecord> {
  if (!exists(library, current, ruleId)) return notFound('rule', ruleId);
  if ((current?.mode ?? 'live') === mode) return unchanged(current ?? untouched(companyId, ruleId, author));
  return nextVersion(current, { companyId, ruleId, settings: {}, ...withoutVersion(current), mode }, author);
}

/** Sets settings by name over the rule's defaults; null gives a setting its default back. */
export function setRuleSettings(library: RuleLibrary, current: RuleRecord | undefined, companyId: string, ruleId: string, changes: Readonly<Record<string, unknown>>, author: RuleAuthor): Decision<RuleRecord> {
  if (!exists(library, current, ruleId)) return notFound('rule', ruleId);
  if (current?.definition !== undefined) return refuse('conflict', `${ruleId} is your own rule: put a new version with other settings.`);
  const settings = Object.fromEntries(Object.entries({ ...current?.settings, ...changes }).filter(([, value]) => value !== null));
  const faults = library.checkSettings(ruleId, settings);
  if (faults.length > 0) return refuseFields(faults);
  if (isDeepStrictEqual(settings, current?.settings ?? {})) return unchanged(current ?? untouched(companyId, ruleId, author));
  return nextVersion(current, { companyId, ruleId, mode: 'live', ...withoutVersion(current), settings }, author);
}

/** Deletes an own rule; for a built-in one, deletes what the company has set, so that it runs live with its defaults. */
export function deleteRule(library: RuleLibrary, current: RuleRecord | undefined, ruleId: string, author: RuleAuthor): Decision<RuleRecord> {
  if (current === undefined) return notFound(library.builtIns.some(({ id }) => id === ruleId) ? 'setting of your own for built-in rule' : 'rule', ruleId);
  return versionClash(current, author) ?? remove;
}

function nextVersion(current: RuleRecord | undefined, content: Omit<RuleRecord, 'version' | 'updatedAt' | 'updatedBy'>, author: RuleAuthor): Decision<RuleRecord> {
  const clash = versionClash(current, author);
  return clash ?? writeChecked(RuleRecord, { ...content, version: (current?.version ?? 0) + 1, updatedAt: author.now.toISOString(), updatedBy: author.by });
}

function versionClash(current: RuleRecord | undefined, { expectedVersion }: RuleAuthor) {
  const version = current?.version ?? 0;
  if (expectedVersion === undefined || expectedVersion === version) return null;
  return refuse('conflict', `The rule has version ${version}, not ${expectedVersion}: someone changed it meanwhile.`, [{ path: 'version', message: `is ${version}` }]);
}

const exists = (library: RuleLibrary, current: RuleRecord | undefined, ruleId: string) => current !== undefined || library.builtIns.some(({ id }) => id === ruleId);

function withoutVersion(current: RuleRecord | undefined): Partial<Omit<RuleRecord, 'version' | 'updatedAt' | 'updatedBy'>> {
  if (current === undefined) return {};
  const { version: _version, updatedAt: _at, updatedBy: _by, ...content } = current;
  return content;
}

/** What a company has in force for a built-in rule for which it has set nothing; told, never written. */
const untouched = (companyId: string, ruleId: string, { now, by }: RuleAuthor): RuleRecord => ({ companyId, ruleId, version: 1, mode: 'live', settings: {}, updatedAt: now.toISOString(), updatedBy: by });
