import { DAY, dayOf } from './time';
import type { Rows } from './rows';

/** What is known of a player beside bonuses and links. */
export interface ProfileRow {
  readonly firstSeen: number;
  /** Newest event time: events much older than this are too late to be counted. */
  readonly newest: number;
  /** Earliest days (UTC, since 1970) on which the player did anything, at most DAYS_KEPT. */
  readonly days: readonly number[];
}

const DAYS_KEPT = 30;
/** Later than this an event is in history, and counts for no bonus (design.md, "What must always hold" 4). */
export const LATENESS = DAY;

/** How groups of profiles begin; the player follows. */
export const PROFILES = 'profile|';
export const profileOf = (player: string): string => PROFILES + player;

export function readProfile(rows: Rows, player: string): ProfileRow | undefined {
  return rows.get<ProfileRow>(profileOf(player), 'profile');
}

/** The profile after something at `at`; minima and sets, so their order does not matter. */
export function touch(rows: Rows, player: string, at: number): ProfileRow {
  const known = readProfile(rows, player);
  const day = dayOf(at);
  const profile: ProfileRow = known
    ? { firstSeen: Math.min(known.firstSeen, at), newest: Math.max(known.newest, at), days: withDay(known.days, day) }
    : { firstSeen: at, newest: at, days: [day] };
  rows.set(profileOf(player), 'profile', profile);
  return profile;
}

export const forgetProfile = (rows: Rows, player: string): void => rows.delete(profileOf(player), 'profile');

/** The very same where the day changes nothing: only what changed is looked at again. */
function withDay(days: readonly number[], day: number): readonly number[] {
  if (days.includes(day) || (days.length === DAYS_KEPT && day > (days.at(-1) as number))) return days;
  return [...days, day].sort((a, b) => a - b).slice(0, DAYS_KEPT);
}

/** Days before `at` on which the player was active: an account that is merely old has few. */
export const activeDaysBefore = (profile: ProfileRow | undefined, at: number): number => profile?.days.filter((day) => day < dayOf(at)).length ?? 0;
