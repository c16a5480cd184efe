import type { Facts } from './facts';
import type { Trigger } from './inputs';
import type { Policy } from './policy';
import { type CompiledRule, scoreOf } from './rule';

/** Document 001, "scoringResult". */
export interface ScoredRule {
  readonly id: string;
  readonly title: string;
  readonly score: number;
  readonly action: 'score' | 'reject';
  readonly mode: 'live' | 'dry_run';
  readonly version: number;
  readonly tags: readonly string[];
}

export interface ScoringResult {
  /** Sum of the live rules that matched. */
  readonly score: number;
  /** The same with the dry-run rules that matched. */
  readonly dryScore: number;
  readonly matchedRules: readonly ScoredRule[];
  readonly unmatchedRules: readonly ScoredRule[];
  readonly action: 'score' | 'reject';
  /** Live rules that matched. */
  readonly ruleCnt: number;
  /** Dry-run rules that matched. */
  readonly dryRunRuleCnt: number;
  readonly tagScores: readonly { readonly tag: string; readonly score: number }[];
}

export interface Scored {
  readonly result: ScoringResult;
  readonly answer: 'GREEN' | 'RED';
  readonly matched: readonly CompiledRule[];
  /** Rules whose condition failed on this change; they count as silent. */
  readonly failures: readonly { readonly ruleId: string; readonly error: string }[];
  /** Versions of all rules that ran. */
  readonly versions: Readonly<Record<string, number>>;
}

/** Rules that run on `trigger`, in their order. */
export const rulesOn = (policy: Policy, trigger: Trigger): readonly CompiledRule[] => policy.rules.filter(({ rule, mode }) => mode !== 'off' && rule.on.includes(trigger));

/** RED when the live score reaches the company's threshold or a live rule says reject. Dry-run rules count in dryScore and dryRunRuleCnt only. */
export function score(policy: Policy, trigger: Trigger, facts: Facts): Scored {
  const ran = rulesOn(policy, trigger);
  const failures: { ruleId: string; error: string }[] = [];
  const matched = ran.filter((rule) => {
    const { holds, error } = rule.evaluate(facts);
    if (error !== null) failures.push({ ruleId: rule.rule.id, error });
    return holds;
  });
  const live = matched.filter(({ mode }) => mode === 'live');
  const sum = (rules: readonly CompiledRule[]) => rules.reduce((total, rule) => total + scoreOf(rule), 0);
  const tags = new Map<string, number>();
  for (const rule of live) for (const tag of rule.rule.outcome.tags) tags.set(tag, (tags.get(tag) ?? 0) + scoreOf(rule));
  const action = live.some(({ rule }) => rule.outcome.action === 'reject') ? 'reject' : 'score';
  const result: ScoringResult = {
    score: sum(live),
    dryScore: sum(matched),
    matchedRules: matched.map(shown),
    unmatchedRules: ran.filter((rule) => !matched.includes(rule)).map(shown),
    action,
    ruleCnt: live.length,
    dryRunRuleCnt: matched.length - live.length,
    tagScores: [...tags].map(([tag, of]) => ({ tag, score: of })),
  };
  return {
    result,
    matched,
    failures,
    answer: action === 'reject' || result.score >= policy.threshold ? 'RED' : 'GREEN',
    versions: Object.fromEntries(ran.map(({ rule, version }) => [rule.id, version])),
  };
}

const shown = (compiled: CompiledRule): ScoredRule => ({
  id: compiled.rule.id,
  title: compiled.rule.title,
  score: scoreOf(compiled),
  action: compiled.rule.outcome.action,
  mode: compiled.mode === 'live' ? 'live' : 'dry_run',
  version: compiled.version,
  tags: compiled.rule.outcome.tags,
});
