/**
 * ClickHouse's lexical grammar, as far as the front needs it: where a statement's words are, and where strings, quoted names,
 * comments and brackets are, so that a word inside them is never taken for a keyword.
 * Source: ClickHouse docs, "Syntax" (comments, identifiers, string literals, heredoc).
 */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'mark';
  readonly start: number;
  readonly end: number;
  /** Depth of brackets around the token. */
  readonly depth: number;
  /** Words in upper case, marks as they are; empty for the rest. */
  readonly text: string;
}

const SPACE = /[\s\u00a0\ufeff]/;
const WORD_START = /[A-Za-z_]/;
const WORD = /[A-Za-z0-9_$]/;

/** Lazily: an INSERT carries megabytes of data after its last keyword, which must not be read as SQL. */
export function* tokens(sql: string): Generator<Token, void, void> {
  let at = 0;
  let depth = 0;
  while (at < sql.length) {
    const char = sql.charAt(at);
    if (SPACE.test(char)) {
      at += 1;
      continue;
    }
    const afterComment = skipComment(sql, at);
    if (afterComment !== at) {
      at = afterComment;
      continue;
    }
    const start = at;
    if (char === "'" || char === '"' || char === '`') {
      at = endOfQuoted(sql, at, char);
      yield { kind: char === "'" ? 'string' : 'quoted', start, end: at, depth, text: '' };
    } else if (char === '$' && heredocEnd(sql, at) !== null) {
      at = heredocEnd(sql, at) as number;
      yield { kind: 'string', start, end: at, depth, text: '' };
    } else if (WORD_START.test(char)) {
      while (at < sql.length && WORD.test(sql.charAt(at))) at += 1;
      yield { kind: 'word', start, end: at, depth, text: sql.slice(start, at).toUpperCase() };
    } else if (/[0-9]/.test(char)) {
      while (at < sql.length && /[0-9A-Za-z_.]/.test(sql.charAt(at))) at += 1;
      yield { kind: 'number', start, end: at, depth, text: '' };
    } else {
      at += 1;
      if (char === ')' || char === ']' || char === '}') depth -= 1;
      yield { kind: 'mark', start, end: at, depth, text: char };
      if (char === '(' || char === '[' || char === '{') depth += 1;
    }
  }
}

function skipComment(sql: string, at: number): number {
  const two = sql.slice(at, at + 2);
  const hash = two === '#!' || two === '# ';
  if (two === '--' || hash) {
    const end = sql.indexOf('\n', at);
    return end < 0 ? sql.length : end + 1;
  }
  if (two !== '/*') return at;
  let depth = 0;
  for (let i = at; i < sql.length; i += 1) {
    const pair = sql.slice(i, i + 2);
    if (pair === '/*') {
      depth += 1;
      i += 1;
    } else if (pair === '*/') {
      depth -= 1;
      i += 1;
      if (depth === 0) return i + 1;
    }
  }
  return sql.length;
}

function endOfQuoted(sql: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < sql.length) {
    const char = sql.charAt(at);
    if (char === '\\') at += 2;
    else if (char === quote && sql.charAt(at + 1) === quote) at += 2;
    else if (char === quote) return at + 1;
    else at += 1;
  }
  return sql.length;
}

function heredocEnd(sql: string, at: number): number | null {
  const tag = /^\$[A-Za-z0-9_]*\$/.exec(sql.slice(at, at + 128))?.[0];
  if (tag === undefined) return null;
  const end = sql.indexOf(tag, at + tag.length);
  return end < 0 ? null : end + tag.length;
}

/** A single-quoted literal that denotes exactly `value`. */
export function quoteLiteral(value: string): string {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\0/g, '\\0')}'`;
}
