import type { FieldError, TextPosition } from '@stakewatch/contracts';

/** A fault as the services' checks give it: `start` and `end` are characters of the condition. */
export interface LocatedFault extends Omit<FieldError, 'position'> {
  readonly start?: number;
  readonly end?: number;
}

/** Line and column of characters `start` to `end` of a text, both from 1. */
export function textPosition(text: string, start: number, end: number): TextPosition {
  const before = text.slice(0, start);
  const lastBreak = before.lastIndexOf('\n');
  return { offset: start, length: Math.max(0, end - start), line: before.split('\n').length, column: start - lastBreak };
}

/** Faults as the API tells them: one notation of paths (`facts.sent.within`, `examples[0]`), and for the condition its place in the text. */
export function located(faults: readonly LocatedFault[], definition: unknown): FieldError[] {
  const when = (definition as { when?: unknown } | null)?.when;
  return faults.map(({ path, start, end, ...rest }) => ({
    ...rest,
    path: path === '' || path === '(whole)' ? '(whole)' : path.replace(/\.(\d+)(?=\.|$)/g, '[$1]'),
    ...(start !== undefined && typeof when === 'string' ? { position: textPosition(when, start, end ?? start) } : {}),
  }));
}
