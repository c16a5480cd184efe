import { isDeepStrictEqual } from 'node:util';
import { type FieldError, type RuleModeName, RuleRecord } from '@stakewatch/contracts';
import { type Decision, notFound, refuse, unchanged } from './decision';
import { refuseFields, writeChecked } from './validate';

/** The services that decide by rules; each has facts and examples of its own kind. */
export const RULE_SERVICES = ['velocity', 'transaction', 'bonus'] as const;
export type RuleService = (typeof RULE_SERVICES)[number];

/** Own rules that a company (scope) may have: each is compiled and run by its service for all that comes. */
export const MAX_OWN_RULES = 200;
/** Ids of rules that a company (scope) may ever have used: the version of a deleted rule is kept, so that it never comes again with other content. */
export const MAX_RULE_IDS = 5_000;
/** Words of the API's paths, which a rule's id would hide. */
const RESERVED_IDS: readonly string[] = ['check', 'facts', 'try'];

/** What the control plane needs of the rule engines (@stakewatch/rule-library), so that its commands stay pure. */
export interface RuleLibrary {
  /** The built-in rules, in the order in which they are listed. */
  readonly builtIns: readonly RuleSummary[];
  /** Type-checks a definition and runs its examples; the faults name the field. May take a second. */
  check(definition: unknown): RuleCheck;
  /** What a definition that passed its check when it was put says of itself; checks and runs nothing. */
  describe(definition: unknown): RuleSummary;
  /** Faults of a company's settings for a built-in rule. */
  checkSettings(ruleId: string, settings: Readonly<Record<string, unknown>>): readonly FieldError[];
}

export interface RuleSummary {
  readonly service: RuleService;
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly severity: string;
  /** Defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What each setting may be: {type, unit, min, max}, or a list of words. */
  readonly allowed: Readonly<Record<string, unknown>>;
  /** The whole definition, as data. */
  readonly definition: unknown;
  /** No rule but settings of the company's that are kept as one: it has no mode. */
  readonly settingsOnly?: true;
}

export type RuleCheck =
  | { readonly ok: true; readonly rule: RuleSummary; readonly examples: number }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

export interface ListedRule {
  readonly ruleId: string;
  readonly service: RuleService;
  readonly title: string;
  readonly origin: 'built-in' | 'own';
  readonly mode: RuleModeName;
  /** The company's version, 0 while it has set nothing of its own for a built-in rule. */
  readonly version: number;
  readonly severity: string;
  /** In force: the defaults, and over them what the company has set. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** By setting: what it may be, and its default. */
  readonly allowed: Readonly<Record<string, object>>;
  /** What the company has set that is not in force, as it does not fit (any more): an older version took it. */
  readonly ignored: readonly FieldError[];
  readonly definition: unknown;
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
}

export const ruleKey = (companyId: string, ruleId: string): string => `${companyId}|${ruleId}`;

/** The built-in rules as the company has set them, then its own, by id. */
export function listRules(library: RuleLibrary, records: Iterable<RuleRecord>, companyId: string): ListedRule[] {
  const ofCompany = new Map([...records].filter((record) => record.companyId === companyId).map((record) => [record.ruleId, record]));
  const builtIns = library.builtIns.map((rule) => listed(library, rule, 'built-in', ofCompany.get(rule.id)));
  const own = [...ofCompany.values()].filter(isOwn(library)).sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  return [...builtIns, ...own.map((record) => listed(library, library.describe(record.definition), 'own', record))];
}

/** One rule as the company has it; undefined when there is none. */
export function findRule(library: RuleLibrary, record: RuleRecord | undefined, ruleId: string): ListedRule | undefined {
  const builtIn = library.builtIns.find(({ id }) => id === ruleId);
  if (builtIn) return listed(library, builtIn, 'built-in', record);
  return record && isOwn(library)(record) ? listed(library, library.describe(record.definition), 'own', record) : undefined;
}

/** A record without definition is what an own rule left when it was deleted, or a choice for a built-in rule that is gone since: it says nothing any more. */
const isOwn = (library: RuleLibrary) => (record: RuleRecord): boolean => record.definition !== undefined && !isBuiltIn(library, record.ruleId);

const isBuiltIn = (library: RuleLibrary, ruleId: string): boolean => library.builtIns.some(({ id }) => id === ruleId);

function listed(library: RuleLibrary, rule: RuleSummary, origin: ListedRule['origin'], record: RuleRecord | undefined): ListedRule {
  // An own rule's settings are those of its definition.
  const own = Object.entries(origin === 'own' ? {} : (record?.settings ?? {})).map(([name, value]) => ({ name, value, faults: library.checkSettings(rule.id, { [name]: value }) }));
  return {
    ruleId: record?.ruleId ?? rule.id,
    service: rule.service,
    title: rule.title,
    origin,
    mode: record?.mode ?? 'live',
    version: record?.version ?? 0,
    severity: rule.severity,
    settings: { ...rule.settings, ...Object.fromEntries(own.filter(({ faults }) => faults.length === 0).map(({ name, value }) => [name, value])) },
    allowed: Object.fromEntries(Object.entries(rule.allowed).map(([name, terms]) => [name, { ...(terms as object), default: rule.settings[name] }])),
    ignored: own.flatMap(({ faults }) => faults),
    definition: rule.definition,
    updatedAt: record?.updatedAt ?? null,
    updatedBy: record?.updatedBy ?? null,
  };
}

export interface RuleAuthor {
  /** Who asks, for the record. */
  readonly by: string;
  readonly now: Date;
  /** Refuse when the rule's version is another: someone else changed it meanwhile. 0: there must be none yet. */
  readonly expectedVersion?: number;
}

/**
 * Puts a company's own rule, which has passed its check, as its next version. Its mode stays; a new rule starts in `mode` (dry run
 * unless told). A rule that was deleted comes back as a new one, with the next version all the same.
 */
export function putRule(library: RuleLibrary, current: RuleRecord | undefined, companyId: string, check: RuleCheck, mode: RuleModeName | undefined, held: HeldRules, author: RuleAuthor): Decision<RuleRecord> {
  if (!check.ok) return refuseFields(check.errors);
  const { id: ruleId, service, definition } = check.rule;
  if (RESERVED_IDS.includes(ruleId)) return refuseFields([{ path: 'id', message: `cannot be one of ${RESERVED_IDS.join(', ')}` }]);
  if (isBuiltIn(library, ruleId)) {
    return refuse('conflict', `${ruleId} is a built-in rule: change its mode or settings, or give yours another id.`, [{ path: 'id', message: 'is taken by a built-in rule' }]);
  }
  const before = current?.definition === undefined ? undefined : library.describe(current.definition).service;
  if (before !== undefined && before !== service) return refuse('conflict', `${ruleId} is a ${before} rule of yours: give the ${service} rule another id.`, [{ path: 'kind', message: `is ${before} in the version before` }]);
  const stands = current?.definition === undefined ? undefined : current;
  if (stands === undefined && held.own >= MAX_OWN_RULES) return refuse('conflict', `There are ${MAX_OWN_RULES} own rules already: delete some first.`, [{ path: 'id', message: `would be own rule number ${MAX_OWN_RULES + 1}` }]);
  if (current === undefined && held.ids >= MAX_RULE_IDS) return refuse('conflict', `${MAX_RULE_IDS} ids have been used for rules: take one of a deleted rule.`, [{ path: 'id', message: `would be rule id number ${MAX_RULE_IDS + 1}` }]);
  const nextMode = mode ?? stands?.mode ?? 'dry_run';
  if (stands !== undefined && stands.mode === nextMode && isDeepStrictEqual(stands.definition, definition)) return unchanged(stands);
  return nextVersion(library, current, { companyId, ruleId, mode: nextMode, settings: {}, definition }, author);
}

/** How many rules a company has. */
export interface HeldRules {
  /** Own rules that stand. */
  readonly own: number;
  /** Records, also those of deleted rules. */
  readonly ids: number;
}

export interface RuleChange {
  readonly mode?: RuleModeName;
  /** By name over the rule's defaults; null gives a setting its default back. Built-in rules only. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Changes the mode, the settings or both, in one version. */
export function changeRule(library: RuleLibrary, current: RuleRecord | undefined, companyId: string, ruleId: string, change: RuleChange, author: RuleAuthor): Decision<RuleRecord> {
  const builtIn = library.builtIns.find(({ id }) => id === ruleId);
  if (!builtIn && current?.definition === undefined) return notFound('rule', ruleId);
  if (change.settings !== undefined && !builtIn) return refuse('conflict', `${ruleId} is your own rule: put a new version with other settings.`, [{ path: 'settings', message: 'are part of the definition of an own rule' }]);
  const mode = change.mode ?? current?.mode ?? 'live';
  if (builtIn?.settingsOnly && mode !== 'live') return refuse('conflict', `${ruleId} is no rule but a setting: it has no mode.`, [{ path: 'mode', message: 'cannot be changed' }]);
  const settings = Object.fromEntries(Object.entries({ ...current?.settings, ...change.settings }).filter(([, value]) => value !== null));
  // What was set before and does not fit any more is not in force, and stands in nobody's way.
  const faults = change.settings === undefined ? [] : library.checkSettings(ruleId, Object.fromEntries(Object.entries(change.settings).filter(([, value]) => value !== null)));
  if (faults.length > 0) return refuseFields(faults, `rule ${ruleId}`);
  if ((current?.mode ?? 'live') === mode && isDeepStrictEqual(settings, current?.settings ?? {})) return unchanged(current ?? untouched(companyId, ruleId, author));
  return nextVersion(library, current, { companyId, ruleId, ...withoutVersion(current), mode, settings }, author);
}

/**
 * Deletes an own rule; for a built-in one, deletes what the company has set, so that it runs live with its defaults. What is left is a record that
 * says nothing but its version, for no two contents of a rule may have the same one (docs/decisions/0121-rule-versions-go-on.md).
 */
export function deleteRule(library: RuleLibrary, current: RuleRecord | undefined, ruleId: string, author: RuleAuthor): Decision<RuleRecord> {
  if (current === undefined || saysNothing(current)) return notFound(isBuiltIn(library, ruleId) ? 'setting of your own for built-in rule' : 'rule', ruleId);
  return nextVersion(library, current, { companyId: current.companyId, ruleId, ...NOTHING }, author);
}

/** As a built-in rule runs that nobody has set; every service passes over a record of another id that has no definition. */
const NOTHING: Pick<RuleRecord, 'mode' | 'settings'> = { mode: 'live', settings: {} };
const saysNothing = ({ mode, settings, definition }: RuleRecord): boolean => definition === undefined && isDeepStrictEqual({ mode, settings }, NOTHING);

function nextVersion(library: RuleLibrary, current: RuleRecord | undefined, content: Omit<RuleRecord, 'version' | 'updatedAt' | 'updatedBy'>, author: RuleAuthor): Decision<RuleRecord> {
  const clash = versionClash(library, current, author);
  return clash ?? writeChecked(RuleRecord, { ...content, version: (current?.version ?? 0) + 1, updatedAt: author.now.toISOString(), updatedBy: author.by });
}

/** A deleted rule is one that there is not: version 0 is expected of it. */
function versionClash(library: RuleLibrary, current: RuleRecord | undefined, { expectedVersion }: RuleAuthor) {
  const isThere = current !== undefined && (isBuiltIn(library, current.ruleId) || isOwn(library)(current));
  const version = isThere ? current.version : 0;
  if (expectedVersion === undefined || expectedVersion === version) return null;
  return refuse('conflict', `The rule has version ${version}, not ${expectedVersion}: someone changed it meanwhile.`, [{ path: 'version', message: `is ${version}` }]);
}

function withoutVersion(current: RuleRecord | undefined): Partial<Omit<RuleRecord, 'version' | 'updatedAt' | 'updatedBy'>> {
  if (current === undefined) return {};
  const { version: _version, updatedAt: _at, updatedBy: _by, ...content } = current;
  return content;
}

/** What a company has in force for a built-in rule for which it has set nothing; told, never written. */
const untouched = (companyId: string, ruleId: string, { now, by }: RuleAuthor): RuleRecord => ({ companyId, ruleId, version: 1, mode: 'live', settings: {}, updatedAt: now.toISOString(), updatedBy: by });
