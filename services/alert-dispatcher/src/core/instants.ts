/** Microseconds UTC as ISO 8601 with six digits, as document 000 writes received_at: 2026-02-07T06:19:00.681884Z. */
export function isoOfMicros(micros: number): string {
  const millis = Math.floor(micros / 1_000);
  const rest = String(micros - millis * 1_000).padStart(3, '0');
  return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`;
}

/** The reverse: ISO 8601 in UTC with up to six digits of a second. @throws {RangeError} when the text is no such instant. */
export function microsOfIso(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/.exec(text);
  const seconds = match ? Date.parse(`${match[1]}Z`) : NaN;
  if (Number.isNaN(seconds)) throw new RangeError('not an instant in UTC');
  return seconds * 1_000 + Number((match?.[2] ?? '').padEnd(6, '0'));
}
