import { HttpError } from './errors';
import { quoteLiteral, type Token, tokens } from './sql-tokens';

/** What the front must know of a statement to run it through files: the engine itself parses and checks it. */
export type Statement = ReadStatement | InsertStatement | OtherStatement;

/** A statement with a result: it is written into a file by the engine, and sent from there. */
export interface ReadStatement {
  readonly kind: 'read';
  /** Format named in the text, else null. */
  readonly format: string | null;
  /** The statement, with its result going to `file` in `format` (the text's own format wins). */
  intoFile(file: string, defaultFormat: string): string;
}

/** An INSERT whose data come with the request. */
export interface InsertStatement {
  readonly kind: 'insert';
  readonly format: string;
  /** Where data that stand in the text itself begin, after FORMAT or VALUES; the text's length when there are none. */
  readonly dataStart: number;
  fromFile(file: string): string;
}

/** No result, no data: DDL, INSERT … SELECT, SET, SYSTEM, … */
export interface OtherStatement {
  readonly kind: 'other';
  readonly sql: string;
}

const READS = new Set(['SELECT', 'WITH', 'FROM', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS', 'CHECK']);
const INSERT_LIMIT = 65_536;

/**
 * @param sql the whole text of the statement, or (for INSERT) its head with the first data after it.
 * @throws {HttpError} for what ClickHouse's HTTP interface refuses too: several statements, INTO OUTFILE, FROM INFILE.
 */
export function parseStatement(sql: string): Statement {
  if (sql.includes('\0') && !startsWithInsert(sql)) throw new HttpError(400, 62, 'SYNTAX_ERROR', 'The query has a NUL byte.');
  const stream = tokens(sql);
  const first = firstWord(stream);
  if (first === null) throw new HttpError(400, 62, 'SYNTAX_ERROR', 'Empty query.');
  if (first.text === 'INSERT') return parseInsert(sql, stream);
  const rest = [...stream];
  const body = withoutSemicolon(sql, rest);
  refuseFiles(rest);
  if (!READS.has(first.text) && first.text !== '(') return { kind: 'other', sql: body };
  if (first.text === 'WITH' && rest.some((token) => token.depth === 0 && token.text === 'INSERT')) return { kind: 'other', sql: body };
  return parseRead(body, rest);
}

export function startsWithInsert(sql: string): boolean {
  return firstWord(tokens(sql))?.text === 'INSERT';
}

function firstWord(stream: Generator<Token>): Token | null {
  const next = stream.next();
  return next.done ? null : next.value;
}

function parseRead(sql: string, rest: readonly Token[]): ReadStatement {
  const top = rest.filter((token) => token.depth === 0 && token.end <= sql.length);
  const at = top.findLastIndex((token, i) => token.text === 'FORMAT' && top[i + 1]?.kind === 'word' && isClauseEnd(top.slice(i + 2)));
  const name = at < 0 ? null : (top[at + 1] as Token);
  const format = name === null ? null : sql.slice(name.start, name.end);
  return {
    kind: 'read',
    format,
    intoFile(file, defaultFormat) {
      const out = `\nINTO OUTFILE ${quoteLiteral(file)} TRUNCATE\n`;
      if (format !== null) return `${sql.slice(0, (top[at] as Token).start)}${out}${sql.slice((top[at] as Token).start)}`;
      return `${sql}${out}FORMAT ${defaultFormat}`;
    },
  };
}

/** After FORMAT <name> only SETTINGS may follow; else "format" was a column or an alias. */
function isClauseEnd(after: readonly Token[]): boolean {
  return after.length === 0 || (after[0] as Token).text === 'SETTINGS';
}

function parseInsert(sql: string, stream: Generator<Token>): Statement {
  const seen: Token[] = [];
  for (const token of stream) {
    if (token.depth === 0 && token.kind === 'word') {
      if (token.text === 'INFILE' && seen.at(-1)?.text === 'FROM') throw filesRefused();
      if (token.text === 'SELECT' || token.text === 'WITH') return insertSelect(sql, seen, token, stream);
      if (token.text === 'VALUES' && seen.length > 1) return withData(sql, seen, token.start, 'Values', token.end);
      if (token.text === 'FORMAT' && seen.length > 1) {
        const name = stream.next();
        if (name.done || name.value.kind !== 'word') throw new HttpError(400, 62, 'SYNTAX_ERROR', 'Syntax error: INSERT … FORMAT without the name of a format.');
        const format = sql.slice(name.value.start, name.value.end);
        return withData(sql, seen, token.start, format, name.value.end);
      }
    }
    seen.push(token);
    if (token.end > INSERT_LIMIT) throw new HttpError(400, 62, 'SYNTAX_ERROR', `Syntax error: no FORMAT, VALUES or SELECT in the first ${INSERT_LIMIT} characters of the INSERT.`);
  }
  throw new HttpError(400, 62, 'SYNTAX_ERROR', 'Syntax error: INSERT without FORMAT, VALUES or SELECT.');
}

function insertSelect(sql: string, seen: readonly Token[], word: Token, stream: Generator<Token>): OtherStatement {
  const rest = [...seen, word, ...stream];
  refuseFiles(rest);
  const input = rest.findIndex((token, i) => token.text === 'INPUT' && rest[i + 1]?.text === '(');
  if (input >= 0) throw new HttpError(501, 48, 'NOT_IMPLEMENTED', 'INSERT … SELECT … FROM input() is not supported by the local front; insert into the table itself.');
  return { kind: 'other', sql: withoutSemicolon(sql, rest) };
}

function withData(sql: string, seen: readonly Token[], clause: number, format: string, dataStart: number): InsertStatement {
  const settings = seen.find((token) => token.depth === 0 && token.text === 'SETTINGS');
  const place = settings?.start ?? clause;
  const gap = /^[ \t\r]*\n?/.exec(sql.slice(dataStart, dataStart + 256)) as RegExpExecArray;
  return {
    kind: 'insert',
    format,
    dataStart: dataStart + gap[0].length,
    fromFile: (file) => `${sql.slice(0, place)} FROM INFILE ${quoteLiteral(file)} ${sql.slice(place, clause)} FORMAT ${format}`,
  };
}

function withoutSemicolon(sql: string, rest: readonly Token[]): string {
  const at = rest.findIndex((token) => token.text === ';' && token.depth === 0);
  if (at < 0) return sql;
  if (rest.slice(at).some((token) => token.text !== ';')) {
    throw new HttpError(400, 62, 'SYNTAX_ERROR', 'Syntax error (Multi-statements are not allowed): send one statement a request.');
  }
  return sql.slice(0, (rest[at] as Token).start);
}

function refuseFiles(all: readonly Token[]): void {
  const hit = all.some((token, i) => (token.text === 'OUTFILE' && all[i - 1]?.text === 'INTO') || (token.text === 'INFILE' && all[i - 1]?.text === 'FROM'));
  if (hit) throw filesRefused();
}

function filesRefused(): HttpError {
  return new HttpError(400, 1, 'UNSUPPORTED_METHOD', 'INTO OUTFILE and FROM INFILE are not allowed over HTTP.');
}

/** Statements and functions that a read-only user could reach files, the network or other queries by; the engine's own readonly=1 refuses the rest. */
const READ_ONLY_STATEMENTS = READS;
const FILE_FUNCTIONS = new Set(['FILE', 'FILECLUSTER', 'URL', 'URLCLUSTER', 'S3', 'S3CLUSTER', 'HDFS', 'REMOTE', 'REMOTESECURE', 'EXECUTABLE', 'CLICKHOUSELOCAL', 'MYSQL', 'POSTGRESQL', 'SQLITE', 'MONGODB', 'REDIS', 'JDBC', 'ODBC', 'PYTHON']);

/** @throws {HttpError} 403 when a read-only user may not run it. */
export function checkReadOnly(sql: string): void {
  const all = [...tokens(sql)];
  const first = all[0];
  const allowed = first !== undefined && (READ_ONLY_STATEMENTS.has(first.text) || first.text === '(');
  const reaching = all.some((token, i) => FILE_FUNCTIONS.has(wordOf(sql, token)) && all[i + 1]?.text === '(');
  if (!allowed || reaching) throw new HttpError(403, 164, 'READONLY', 'Cannot execute query in readonly mode.');
}

function wordOf(sql: string, token: Token): string {
  return token.kind === 'quoted' ? sql.slice(token.start + 1, token.end - 1).toUpperCase() : token.text;
}
