import { CompiledRule, parseRule, settingsFaults } from '@stakewatch/rules';
import { SingleBar } from 'cli-progress';
import { CliError, usageError } from '../cli-error';
import type { Context } from '../command-kit';
import { EXIT, type ExitCode } from '../exit-codes';
import { findRule } from '../find-rule';
import { NdjsonFile } from '../ndjson-file';
import { isRuleId, readDefinition, settingsOf } from '../rule-input';
import type { FoundAlert } from './history-trial';
import { instantMicros } from './instant';
import { type BacktestResult, runBacktest } from './run-backtest';

export interface HistoryFlags {
  readonly company?: string;
  readonly set?: readonly string[];
  readonly from: string;
  readonly to?: string;
  readonly player?: readonly string[];
  readonly limit: number;
  readonly alerts?: string;
}

interface Range {
  /** Microseconds UTC; from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
}

const MAX_PLAYERS = 10;
const MAX_PLAYER_ID = 100;
const MAX_SHOWN = 1_000;
/** One part of the history is sorted before its first event comes. */
const QUERY_TIMEOUT_MS = 600_000;
const PROGRESS_EVERY_MS = 5_000;

/** Runs a rule on a company's kept events, straight from ClickHouse: what it would have raised, beside what was raised under its id. */
export async function tryOnHistory(context: Context, rule: string, file: string | undefined, flags: HistoryFlags): Promise<ExitCode | void> {
  const { session, output, interrupted } = context;
  if (file !== undefined) throw usageError('Either a file, or kept history with --from.');
  const { company, player: players = [] } = flags;
  if (company === undefined) throw usageError('Say whose history: -c <company scope>.');
  if (players.length > MAX_PLAYERS || players.some((id) => id === '' || id.length > MAX_PLAYER_ID)) throw usageError(`At most ${MAX_PLAYERS} players, of 1 to ${MAX_PLAYER_ID} characters each.`);
  if (flags.limit > MAX_SHOWN) throw usageError(`At most ${MAX_SHOWN} alerts are shown; --alerts writes all of them to a file.`);
  const range = rangeOf(flags);
  const compiled = await compile(await definitionOf(context, company, rule), settingsOf(flags.set ?? []));
  const { createClickHouse, KeptHistory } = await import('@stakewatch/clickhouse');
  const client = createClickHouse({ ...session.settings.need('clickhouse'), requestTimeoutMs: QUERY_TIMEOUT_MS });
  const written = flags.alerts === undefined ? null : new NdjsonFile(flags.alerts, false);
  const progress = progressOf(context);
  try {
    const result = await runBacktest(new KeptHistory(client, interrupted), { company, rule: compiled, ...range, players, shown: flags.limit, onAlert: (alert) => written?.add(viewOf(alert)), ...progress });
    progress.stop();
    tell(context, { company, ruleId: compiled.id, range, result });
    if (written?.written === true) output.note(`All alerts: ${written.path}`);
  } catch (error) {
    progress.stop();
    if (interrupted.aborted) return EXIT.interrupted;
    throw asUnavailable(error, session.settings.need('clickhouse').url);
  } finally {
    written?.close();
    await client.close();
  }
}

function rangeOf(flags: HistoryFlags): Range {
  const from = instantMicros('--from', flags.from, false);
  const to = flags.to === undefined ? Date.now() * 1000 : instantMicros('--to', flags.to, true);
  if (to <= from) throw usageError(flags.to === undefined ? '--from is in the future: nothing is kept from then on.' : '--to must be after --from.');
  return { from, to };
}

/** Of a file, or of a rule as the company has it: its settings are in force unless --set says otherwise. */
async function definitionOf(context: Context, company: string, rule: string): Promise<{ definition: unknown; settings: Readonly<Record<string, unknown>> }> {
  if (!isRuleId(rule)) return { definition: await readDefinition(context, rule), settings: {} };
  const { definition, settings } = await findRule(await context.session.ruleControl(), company, rule);
  if (definition === null) throw new CliError('invalid', `${rule} is a setting without a condition: there is nothing to try.`, EXIT.refused);
  return { definition, settings };
}

async function compile({ definition, settings: own }: { definition: unknown; settings: Readonly<Record<string, unknown>> }, set: Readonly<Record<string, unknown>>) {
  const { serviceOfDefinition } = await import('@stakewatch/rule-library');
  const service = serviceOfDefinition(definition);
  if (service !== 'velocity') throw new CliError('invalid', `It is a ${service} rule: kept history is for velocity rules; others are tried on a file.`, EXIT.refused, null, [{ path: 'kind', message: 'must be velocity' }]);
  const parsed = parseRule(definition);
  if (!parsed.ok) throw new CliError('invalid', 'The rule is not valid.', EXIT.refused, null, parsed.errors);
  const settings = Object.fromEntries(Object.entries({ ...own, ...set }).filter(([, value]) => value !== null)) as ConstructorParameters<typeof CompiledRule>[3];
  const faults = settingsFaults(parsed.rule, settings);
  if (faults.length > 0) throw new CliError('invalid', 'The settings are not valid.', EXIT.refused, null, faults);
  return new CompiledRule(parsed.rule, 'live', 1, settings);
}

/** A bar where a person looks on, else a line now and then; nothing for programs. */
function progressOf({ streams, output }: Context) {
  const bar = output.json || streams.stderr.isTTY !== true ? null : new SingleBar({ stream: streams.stderr, format: '{bar} {percentage}% | {value} of {total} events | {alerts} alerts | {eta_formatted} left', hideCursor: true, clearOnComplete: true });
  let total = 0;
  let told = performance.now();
  return {
    onStart(events: number): void {
      total = events;
      bar?.start(events, 0, { alerts: 0 });
    },
    onProgress(events: number, alerts: number): void {
      bar?.update(Math.min(events, total), { alerts });
      if (bar !== null || performance.now() - told < PROGRESS_EVERY_MS) return;
      told = performance.now();
      output.note(`${events} of ${total} events, ${alerts} alerts`);
    },
    stop: () => bar?.stop(),
  };
}

function tell({ output }: Context, { company, ruleId, range, result }: { company: string; ruleId: string; range: Range; result: BacktestResult }): void {
  const { report, events, readFrom, failures, firstFailure } = result;
  const { compared, latest } = report;
  const { players, uncounted } = report.playersWithAlerts;
  if (output.json) {
    const summary = { rule_id: ruleId, company, from: iso(range.from), to: iso(range.to), read_from: iso(readFrom), events, alerts: report.alerts, failures, first_failure: firstFailure, compared, days: report.byDay(), players: report.byPlayer(), players_with_alerts: players, of_other_players: uncounted, latest: latest.map(viewOf) };
    return output.result(summary, '');
  }
  output.list(latest.map((alert) => ({ ...viewOf(alert), facts: alert.facts.map(({ name, value }) => `${name}=${value}`).join(' ') })), ['event_timestamp', 'subject', 'player_id', 'currency', 'facts'], 'It would have raised nothing.');
  if (report.byDay().length > 0) {
    output.list(report.byDay(), ['day', 'alerts', 'raised'], '');
    output.list(report.byPlayer(), ['player_id', 'alerts', 'raised'], '');
  }
  output.note(`${ruleId} on ${events} events of ${company} from ${iso(range.from)} to ${iso(range.to)}: alerts: ${report.alerts}; players with one, now or then: ${players}.`);
  output.note(compared.raised === 0 ? `Nothing was raised under the id ${ruleId}.` : `Raised under the id ${ruleId}: ${compared.raised}. Both: ${compared.both}; only now: ${compared.only_tried}; only then: ${compared.only_raised}.`);
  if (failures > 0) output.note(`The condition failed ${failures} times and counted as silent: ${firstFailure ?? ''}`);
}

function viewOf({ subject, playerId, currency, windowStart, eventTimestamp, eventUuid, eventCount, facts }: FoundAlert) {
  return {
    event_timestamp: iso(eventTimestamp),
    ...{ subject, player_id: playerId, currency, event_uuid: eventUuid, event_count: eventCount },
    window_start: iso(windowStart),
    facts: facts.map((fact) => ({ ...fact, value: Number.isFinite(fact.value) ? fact.value : null, window_start: iso(fact.window_start), window_end: iso(fact.window_end) })),
  };
}

function iso(micros: number): string {
  const millis = Math.floor(micros / 1000);
  return `${new Date(millis).toISOString().slice(0, -1)}${String(Math.round(micros - millis * 1000)).padStart(3, '0')}Z`;
}

/** What the client says when there is no answer; ClickHouse's own refusals pass as they are. */
function asUnavailable(error: unknown, url: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isAway = typeof code === 'string' && /^E[A-Z]+$/.test(code);
  return isAway || message === 'Timeout error.' ? new CliError('unavailable', `ClickHouse at ${url} does not answer: ${code ?? message}`, EXIT.unavailable, '`stakewatch doctor` checks every part.') : error;
}
