import { BONUS_FACTS, BONUS_TRIGGERS, type BonusFactMeaning } from '@stakewatch/bonus-scorer';
import type { RuleService } from '@stakewatch/control';
import { CONDITION_FUNCTIONS, EVENT_TYPE_CODES, EVENT_VARIABLES, FACT_VOCABULARY, MAX_CONDITION_LENGTH, SUBJECT_TYPES } from '@stakewatch/rules';
import { ACTIVITY_CODES, TRANSACTION_FACTS, TRANSACTION_LOGS, TRANSACTION_VARIABLES, TransactionFactSchema } from '@stakewatch/transaction-monitor';

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  /** Where only these may be named. */
  readonly values?: readonly string[];
}
export interface Fact {
  readonly name: string;
  readonly type: 'double' | 'string';
  readonly unit: string;
  readonly description: string;
  /** The value where nothing counts. */
  readonly when_none: string;
  /** What a rule says when it asks for the fact; none where the fact is simply named in the condition. */
  readonly parameters: readonly Parameter[];
  /** What it looks at, where the rule cannot choose. */
  readonly window: { readonly from: string; readonly hours?: number } | null;
}
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}
export interface Vocabulary {
  readonly service: RuleService;
  readonly decides_on: string;
  /** declared: a rule's `facts` give each fact a name and parameters. named: the condition names them. */
  readonly facts_are: 'declared' | 'named';
  readonly facts: readonly Fact[];
  /** What a condition may name besides facts and settings. */
  readonly variables: readonly Variable[];
  readonly functions: readonly { readonly signature: string; readonly description: string }[];
  /** Values of `per`; empty where a rule has none. */
  readonly subjects: readonly Variable[];
  /** Values of `on`; empty where a rule has none. */
  readonly triggers: readonly string[];
  /** Values of `outcome.code`. */
  readonly codes: readonly { readonly code: number; readonly description: string }[];
  readonly settings: string;
  readonly limits: Readonly<Record<string, number>>;
}

const LIMITS = { condition_characters: MAX_CONDITION_LENGTH, condition_nodes: 256, condition_depth: 24, list_elements: 100, steps: 5_000 };
/** Of the Common Expression Language; matches() and nested loops have no bound on their cost and are refused. */
const FUNCTIONS = [
  ...CONDITION_FUNCTIONS.map(({ signature, doc }) => ({ signature, description: doc })),
  { signature: 'size(text or list): int', description: 'How long it is.' },
  { signature: 'text.startsWith(text), .endsWith(text), .contains(text): bool', description: 'Parts of a text.' },
  { signature: 'text.lowerAscii(), .upperAscii(), .trim(): string', description: 'The text in another form.' },
  { signature: 'list.all(x, …), .exists(x, …), .exists_one(x, …), .filter(x, …), .map(x, …)', description: 'Over the elements of a list; not nested.' },
  { signature: 'value in list: bool', description: 'Whether a list has a value.' },
  { signature: 'double(…), int(…), string(…)', description: 'The value as another type; what cannot be one makes the rule silent.' },
];
const DURATION = "A duration from '1s' to '30d', like '10m'. The window ends with what is at hand and is open at its start.";

const VELOCITY_PARAMETERS: Readonly<Record<string, Omit<Parameter, 'name' | 'required'>>> = {
  within: { description: DURATION },
  of: { description: 'One or a list of event types that count; all when absent.', values: EVENT_TYPE_CODES },
  until: { description: 'One or a list of event types that end the row.', values: EVENT_TYPE_CODES },
  where: { description: 'Only events whose fields fit: a number field {"atLeast" | "above" | "atMost" | "below": number or {"setting": name, "times": number}}, a text field a text, a list of texts, or {"same": true}.' },
  excludingThis: { description: 'true leaves the event at hand out.' },
};
const SUBJECTS: Readonly<Record<(typeof SUBJECT_TYPES)[number], string>> = {
  player: "All of a player's events, by player_id.",
  session: 'Those of one session, by session_id.',
  device: 'All on one device, by device_id, whoever plays.',
  phone: 'All with one phone number, by player_phone.',
  ip: 'All from one IP address, by ip_address.',
};

const velocity: Vocabulary = {
  service: 'velocity',
  decides_on: 'betting events',
  facts_are: 'declared',
  facts: FACT_VOCABULARY.map(({ fact, doc, unit, whenNone, requires, optional, fields }) => ({
    name: fact,
    type: 'double',
    unit,
    description: doc,
    when_none: whenNone,
    window: null,
    parameters: [...requires.map((name) => parameterOf(name, true, fields)), ...optional.map((name) => parameterOf(name, false, fields))],
  })),
  variables: EVENT_VARIABLES.map(({ name, type, doc }) => ({ name: `event.${name}`, type, description: doc })),
  functions: FUNCTIONS,
  subjects: SUBJECT_TYPES.map((name) => ({ name, type: 'string', description: SUBJECTS[name] })),
  triggers: EVENT_TYPE_CODES,
  codes: [],
  settings: 'Numbers (or {"byCurrency": {"default": number, …}}), texts, true or false, lists of texts.',
  limits: { ...LIMITS, facts: 12, settings: 30, examples: 50, example_events: 10_000 },
};

function parameterOf(name: string, required: boolean, fields: readonly string[]): Parameter {
  const known = VELOCITY_PARAMETERS[name] ?? { description: 'The field of the events.', values: fields };
  return { name, required, ...known };
}

const TRANSACTION_PARAMETERS: Readonly<Record<string, string>> = {
  of: `Which transactions: ${Object.entries(TRANSACTION_LOGS).map(([name, doc]) => `${name} (${doc})`).join(', ')}.`,
  within: `${DURATION} Or {"setting": name} of a setting that holds one; all that is kept when absent.`,
  where: 'Only transactions that fit: status, suspicious, sameCurrency, same (customer, name, ip, country), located, amount {"atLeast" | "above" | "atMost" | "below": {"setting": name, "times": number}}.',
  excludingThis: 'true leaves the transaction at hand out.',
  field: 'Whose values are counted.',
  amountTolerance: 'Name of the setting: how far amounts may differ, as a part.',
  intervalTolerance: 'Name of the setting: how far intervals may differ, as a part.',
  least: 'Name of the setting that holds the shortest interval, a duration.',
  km: 'Name of the setting that holds the distance.',
  amount: 'Name of the setting that holds the unit.',
  list: "Which of the company's lists.",
};

interface FactSchema {
  readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  readonly required?: readonly string[];
}
const FACT_SCHEMAS = TransactionFactSchema.anyOf as unknown as readonly FactSchema[];

const transaction: Vocabulary = {
  service: 'transaction',
  decides_on: 'payments (document 003)',
  facts_are: 'declared',
  facts: FACT_SCHEMAS.flatMap(({ properties, required = [] }) =>
    (properties['fact']?.enum ?? []).map((name): Fact => {
      const { doc, unit, whenNone } = TRANSACTION_FACTS[name as keyof typeof TRANSACTION_FACTS];
      const parameters = Object.entries(properties).filter(([parameter]) => parameter !== 'fact');
      return {
        name,
        type: 'double',
        unit,
        description: doc,
        when_none: whenNone,
        window: null,
        parameters: parameters.map(([parameter, { enum: values }]) => ({ name: parameter, required: required.includes(parameter), description: TRANSACTION_PARAMETERS[parameter] ?? '', ...(values ? { values } : {}) })),
      };
    }),
  ),
  variables: Object.entries(TRANSACTION_VARIABLES).map(([name, { type, doc }]) => ({ name, type, description: doc })),
  functions: FUNCTIONS,
  subjects: [],
  triggers: [],
  codes: Object.entries(ACTIVITY_CODES).map(([code, description]) => ({ code: Number(code), description })),
  settings: 'Numbers, texts, durations, true or false, lists of texts, money {"about_usd": number, "by_currency": {"EUR": number}}; each also as {"individual": …, "corporate": …}.',
  limits: { ...LIMITS, facts: 12, settings: 30, examples: 50, example_transactions: 5_000 },
};

const bonus: Vocabulary = {
  service: 'bonus',
  decides_on: 'bonus changes (document 001), and betting events under a bonus',
  facts_are: 'named',
  facts: Object.entries(BONUS_FACTS as Readonly<Record<string, BonusFactMeaning>>).map(([name, { type, doc, unit, window }]) => ({ name, type, unit, description: doc, when_none: type === 'string' ? "''" : '0', parameters: [], window: window ?? null })),
  variables: [],
  functions: FUNCTIONS,
  subjects: [],
  triggers: BONUS_TRIGGERS,
  codes: [],
  settings: 'Numbers, texts, true or false; score (what a match adds) is one of every rule.',
  limits: { ...LIMITS, settings: 30, examples: 50 },
};

/** What rules can ask for, by service: GET /api/v1/rules/facts and `stakewatch rules facts`. */
export const RULE_VOCABULARIES: Readonly<Record<RuleService, Vocabulary>> = { velocity, transaction, bonus };
