import type { RuleRecord } from '@stakewatch/contracts';
import type { AlertContent } from './alerts';
import type { BonusChangeAnswer } from './answer';
import { type BonusRow, bonusesOf, type Refusal } from './bonus';
import { decideChange } from './decide';
import { FACTS, type Facts, type FactMeaning, type FactWindow } from './facts';
import type { BonusChange, Signal } from './inputs';
import { observeSignal } from './observe';
import { type Policy, policyOf, ringSettingsOf } from './policy';
import { type BonusRuleFault, parseBonusRule } from './parse-rule';
import { type CompiledRule, compileRule, type Evaluation, scoreOf, settingsFaults } from './rule';
import { MemoryRows } from './rows';
import { HOUR } from './time';

export type BonusTryInput = { readonly kind: 'change'; readonly change: BonusChange } | { readonly kind: 'event'; readonly signal: Signal };

export interface BonusTry {
  readonly companyId: string;
  readonly definition: unknown;
  /** Over the rule's own. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the company has set: its other rules decide beside the one that is tried. */
  readonly records: readonly RuleRecord[];
  /** In the order in which they come. */
  readonly inputs: readonly BonusTryInput[];
}

/** The rule on one bonus. */
export interface BonusEvaluation {
  readonly player: string;
  readonly bonusId: string;
  readonly fired: boolean;
  readonly facts: readonly TriedBonusFact[];
  /** What a match adds. */
  readonly score: number;
  readonly error: string | null;
}

export interface TriedBonusFact {
  readonly name: string;
  readonly value: number | string;
  /** Microseconds; null where the fact has no window. */
  readonly windowStart: number | null;
  readonly windowEnd: number | null;
}

export interface TriedBonusInput {
  /** judged: the rule ran on it. observed: evidence alone. duplicate: its txnId again. rejected: an impossible change, see refusal. */
  readonly status: 'judged' | 'observed' | 'duplicate' | 'rejected';
  readonly fired: boolean;
  /** One for a change; for an event, one for each bonus that it concerns. */
  readonly evaluations: readonly BonusEvaluation[];
  /** The answer of all rules together, the tried one live; null for an event. */
  readonly answer: BonusChangeAnswer | null;
  /** Alerts of this rule. */
  readonly alerts: readonly AlertContent[];
  readonly refusal: Refusal | null;
}

export type BonusTrial = { readonly ok: true; readonly tried: readonly TriedBonusInput[] } | { readonly ok: false; readonly of: 'definition' | 'settings'; readonly errors: readonly BonusRuleFault[] };

/** Runs a rule on bonus changes and events by the very functions that decide, beginning with nothing known. Its examples need not hold. Pure. */
export function tryBonusRule({ companyId, definition, settings, records, inputs }: BonusTry): BonusTrial {
  const parsed = parseBonusRule(definition);
  if (!parsed.ok) return { ok: false, of: 'definition', errors: parsed.errors };
  const faults = settingsFaults(parsed.rule, settings);
  if (faults.length > 0) return { ok: false, of: 'settings', errors: faults };
  const compiled = compileRule(parsed, 'live', 1, settings);
  const { policy } = policyOf(records.filter(({ ruleId }) => ruleId !== compiled.rule.id));
  const rules = [...policy.rules.filter((other) => other.rule.id !== compiled.rule.id), compiled];
  const trial = new Trial(companyId, { ...policy, rules, rings: ringSettingsOf(rules) }, compiled);
  return { ok: true, tried: inputs.map((input) => (input.kind === 'change' ? trial.change(input.change) : trial.event(input.signal))) };
}

class Trial {
  private readonly rows = new MemoryRows();
  private readonly answered = new Map<string, BonusChangeAnswer>();

  constructor(
    private readonly companyId: string,
    private readonly policy: Policy,
    private readonly rule: CompiledRule,
  ) {}

  private get ruleId(): string {
    return this.rule.rule.id;
  }

  change(change: BonusChange): TriedBonusInput {
    const { txnId, applicant, gamblingBonusChangeInfo: info } = change.request;
    const first = this.answered.get(txnId);
    if (first) return { ...NOTHING, status: 'duplicate', answer: first };
    const outcome = decideChange(this.rows, change, this.policy);
    if (outcome.kind === 'rejected') return { ...NOTHING, status: 'rejected', refusal: outcome.refusal };
    this.answered.set(txnId, outcome.answer);
    const player = applicant.externalUserId;
    const bonus = this.rows.get<BonusRow>(bonusesOf(player), info.bonusId) as BonusRow;
    const runs = this.rule.rule.on.includes(info.status);
    const evaluation = { holds: outcome.answer.scoringResult.matchedRules.some(({ id }) => id === this.ruleId), error: outcome.failures.find(({ ruleId }) => ruleId === this.ruleId)?.error ?? null };
    const evaluations = runs ? [this.shown(player, bonus, outcome.facts, change.at, evaluation)] : [];
    return { ...NOTHING, status: runs ? 'judged' : 'observed', fired: evaluation.holds, evaluations, answer: outcome.answer, alerts: this.own(outcome.alerts) };
  }

  event(signal: Signal): TriedBonusInput {
    const evaluations: BonusEvaluation[] = [];
    const alerts = observeSignal(this.rows, this.companyId, signal, this.policy, ({ rule, player, bonus, facts, evaluation }) => {
      if (rule.rule.id === this.ruleId) evaluations.push(this.shown(player, bonus, facts, signal.event_timestamp, evaluation));
    });
    return { ...NOTHING, status: evaluations.length > 0 ? 'judged' : 'observed', fired: evaluations.some(({ fired }) => fired), evaluations, alerts: this.own(alerts) };
  }

  private own = (alerts: readonly AlertContent[]): readonly AlertContent[] => alerts.filter(({ rule_id }) => rule_id === this.ruleId);

  private shown(player: string, bonus: BonusRow, facts: Facts, at: number, { holds, error }: Evaluation): BonusEvaluation {
    const named = [...this.rule.facts] as (keyof Facts)[];
    return { player, bonusId: bonus.bonusId, fired: holds, score: scoreOf(this.rule), error, facts: named.map((name) => ({ name, value: facts[name], ...bounds((FACTS[name] as FactMeaning).window, bonus, at) })) };
  }
}

const NOTHING = { fired: false, evaluations: [], answer: null, alerts: [], refusal: null } as const;

function bounds(window: FactWindow | undefined, { activatedAt, endedAt }: BonusRow, at: number): Pick<TriedBonusFact, 'windowStart' | 'windowEnd'> {
  if (!window) return { windowStart: null, windowEnd: null };
  if (window.from === 'bonus') return { windowStart: activatedAt, windowEnd: endedAt ?? at };
  const end = window.from === 'activation' ? activatedAt : at;
  return { windowStart: end - (window.hours ?? 0) * HOUR, windowEnd: end };
}
