/** All times are microseconds UTC. */
export const SECOND = 1_000_000;
export const HOUR = 3600 * SECOND;
export const DAY = 24 * HOUR;

export const dayOf = (micros: number): number => Math.floor(micros / DAY);

/** `2024-01-26 09:29:43+0000`, as document 001 writes every time. */
export function documentTime(micros: number): string {
  const iso = new Date(Math.floor(micros / 1000)).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}+0000`;
}
