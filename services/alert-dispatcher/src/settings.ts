import { isIP } from 'node:net';
import { type Static, Type } from '@sinclair/typebox';
import { InvalidSettings } from '@stakewatch/runtime';
import type { Tuning } from './assemble';
import { STANDARD_SCHEDULE } from './core/schedule';

/** Beyond the settings of every service. Defaults are for production. */
export const DispatcherSettings = Type.Object({
  STAKEWATCH_WEBHOOK_ALLOW_PRIVATE: Type.String({ default: '', description: 'CIDRs of private addresses that webhooks may be sent to, separated by commas. Empty in production.' }),
  STAKEWATCH_WEBHOOK_TIMEOUT_MS: Type.Integer({ minimum: 100, maximum: 15_000, default: 15_000, description: 'Milliseconds for a whole attempt, from name lookup to the end of the answer.' }),
  STAKEWATCH_WEBHOOK_SCHEDULE_SECONDS: Type.String({
    pattern: '^\\d+(\\.\\d+)?(,\\d+(\\.\\d+)?)*$',
    default: STANDARD_SCHEDULE.map((ms) => ms / 1_000).join(','),
    description: 'Seconds before each attempt, separated by commas; as many attempts as entries.',
  }),
  STAKEWATCH_WEBHOOK_WARN_AFTER_HOURS: Type.Number({ exclusiveMinimum: 0, default: 1, description: "Hours of nothing but failures, five at least, after which the company's other endpoints are told." }),
  STAKEWATCH_WEBHOOK_DISABLE_AFTER_HOURS: Type.Number({ exclusiveMinimum: 0, default: 120, description: 'Hours of nothing but failures after which an endpoint is disabled.' }),
  STAKEWATCH_WEBHOOK_SOCKETS: Type.Integer({ minimum: 4, maximum: 10_000, default: 256, description: 'Attempts under way at a time, all endpoints together.' }),
  STAKEWATCH_WEBHOOK_SOCKETS_PER_ENDPOINT: Type.Integer({ minimum: 1, maximum: 1_000, default: 8, description: 'Attempts under way at a time to one endpoint.' }),
  STAKEWATCH_WEBHOOK_PENDING_LIMIT: Type.Integer({ minimum: 1, default: 10_000, description: 'Deliveries that one partition keeps for one endpoint; more are abandoned, with a record. Each takes 2 to 6 kB of Redis.' }),
  STAKEWATCH_WEBHOOK_STUCK_LIMIT: Type.Integer({ minimum: 1, default: 20_000, description: 'Deliveries that one partition keeps before it takes no more for endpoints that are disabled or in trouble, however many there are; what comes for them is abandoned, with a record.' }),
  STAKEWATCH_WEBHOOK_REMEMBER_HOURS: Type.Number({ exclusiveMinimum: 0, default: 168, description: 'Hours that a settled delivery is remembered, so that a redelivered alert is not sent again.' }),
});

const HOUR_MS = 3_600_000;

export function tuningOf(settings: Static<typeof DispatcherSettings>): Tuning {
  return {
    schedule: settings.STAKEWATCH_WEBHOOK_SCHEDULE_SECONDS.split(',').map((seconds) => Math.round(Number(seconds) * 1_000)),
    timeoutMs: settings.STAKEWATCH_WEBHOOK_TIMEOUT_MS,
    sockets: settings.STAKEWATCH_WEBHOOK_SOCKETS,
    socketsPerEndpoint: settings.STAKEWATCH_WEBHOOK_SOCKETS_PER_ENDPOINT,
    warnAfterMs: settings.STAKEWATCH_WEBHOOK_WARN_AFTER_HOURS * HOUR_MS,
    disableAfterMs: settings.STAKEWATCH_WEBHOOK_DISABLE_AFTER_HOURS * HOUR_MS,
    rememberMs: settings.STAKEWATCH_WEBHOOK_REMEMBER_HOURS * HOUR_MS,
    pendingLimit: settings.STAKEWATCH_WEBHOOK_PENDING_LIMIT,
    stuckLimit: settings.STAKEWATCH_WEBHOOK_STUCK_LIMIT,
  };
}

/** "10.0.0.0/8, ::1/128" -> list. @throws {InvalidSettings} naming what is no CIDR: a slip here must not go unnoticed. */
export function cidrsOf(text: string): string[] {
  const cidrs = text.split(',').map((part) => part.trim()).filter((part) => part !== '');
  const wrong = cidrs.filter((cidr) => !isCidr(cidr));
  if (wrong.length > 0) throw new InvalidSettings([`STAKEWATCH_WEBHOOK_ALLOW_PRIVATE is not a list of CIDRs: ${wrong.join(', ')}`]);
  return cidrs;
}

function isCidr(text: string): boolean {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const family = isIP(match?.[1] ?? '');
  return family !== 0 && Number(match?.[2]) <= (family === 4 ? 32 : 128);
}
