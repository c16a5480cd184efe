import { bonusesOf } from './bonus';
import { forgetOldClaims, HASHES } from './group-claims';
import { forgetLinks } from './links';
import { forgetProfile, PROFILES, readProfile } from './profile';
import { ringWith } from './rings';
import type { Rows } from './rows';
import { dayOf } from './time';

/** Who was not seen for so long is a new account when it comes again. */
const PROFILE_KEPT_DAYS = 400;
const SWEPT = 'swept';

/**
 * Forgets what rules look at no more, so that a company's evidence grows with its players of some months and not with all who
 * ever came: the links of a player who was not seen for `evidenceDays`, later its profile, and claims at other operators. Bonuses
 * stay, as they say what a player may claim, and so does what a ring rests on.
 *
 * Once a day, and of one part of the rows: each part has its turn, and no input waits for all. Missed days are made up for, a part
 * an input. The day is the newest that inputs were of, so history that is read again has its own; and as it is in the rows, what
 * is forgotten follows from the inputs alone.
 * @param at time of the input, microseconds UTC
 */
export function forgetUnseen(rows: Rows, at: number, evidenceDays: number): void {
  const today = dayOf(at);
  const last = rows.get<{ readonly day: number }>(SWEPT, SWEPT)?.day ?? today - 1;
  if (last >= today) return;
  const day = Math.max(last + 1, today - rows.parts + 1);
  rows.set(SWEPT, SWEPT, { day });
  for (const group of [...rows.groupsIn(day % rows.parts)]) {
    if (group.startsWith(PROFILES)) forgetOfPlayer(rows, group.slice(PROFILES.length), today, evidenceDays);
    else if (group.startsWith(HASHES)) forgetOldClaims(rows, group, at);
  }
}

function forgetOfPlayer(rows: Rows, player: string, today: number, evidenceDays: number): void {
  const profile = readProfile(rows, player);
  const seen = profile ? dayOf(profile.newest) : today;
  if (today - seen <= evidenceDays || ringWith(rows, player)) return;
  forgetLinks(rows, player);
  if (today - seen > PROFILE_KEPT_DAYS && rows.list(bonusesOf(player)).size === 0) forgetProfile(rows, player);
}
