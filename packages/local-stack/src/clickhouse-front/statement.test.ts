import { checkReadOnly, parseStatement } from './statement';
import { quoteLiteral, tokens } from './sql-tokens';

const kindOf = (sql: string) => parseStatement(sql).kind;

test.each([
  ['SELECT 1', 'read'],
  ['  -- a comment\n select 1', 'read'],
  ['/* nested /* comment */ still */ WITH 1 AS x SELECT x', 'read'],
  ['(SELECT 1) UNION ALL (SELECT 2)', 'read'],
  ['show tables', 'read'],
  ['DESCRIBE TABLE t', 'read'],
  ['CREATE TABLE t (a UInt8) ENGINE = Memory', 'other'],
  ["INSERT INTO t VALUES (1, 'x')", 'insert'],
  ['INSERT INTO t SELECT 1', 'other'],
  ['WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x', 'other'],
])('%s is a %s', (sql, kind) => expect(kindOf(sql)).toBe(kind));

test('the result of a read goes into the file, before FORMAT when the text has one', () => {
  const read = (sql: string) => {
    const statement = parseStatement(sql);
    if (statement.kind !== 'read') throw new Error(statement.kind);
    return { format: statement.format, sql: statement.intoFile('/f', 'JSON').replace(/\s+/g, ' ') };
  };
  expect(read('SELECT 1')).toEqual({ format: null, sql: "SELECT 1 INTO OUTFILE '/f' TRUNCATE FORMAT JSON" });
  expect(read('SELECT 1 format CSV;')).toEqual({ format: 'CSV', sql: "SELECT 1 INTO OUTFILE '/f' TRUNCATE format CSV" });
  expect(read('SELECT 1 FORMAT CSV SETTINGS max_threads = 1').format).toBe('CSV');
  expect(read("SELECT 'x FORMAT CSV' AS format").format).toBeNull();
  expect(read('SELECT * FROM (SELECT format FROM t)').format).toBeNull();
});

test("an INSERT's data stay where they are, and come from the file", () => {
  const sql = "INSERT INTO `my db`.t (a, b) SETTINGS async_insert = 0 FORMAT CSV\n1,'; DROP TABLE t'\n";
  const statement = parseStatement(sql);
  if (statement.kind !== 'insert') throw new Error(statement.kind);
  expect(sql.slice(statement.dataStart)).toBe("1,'; DROP TABLE t'\n");
  expect(statement.fromFile('/f').replace(/\s+/g, ' ')).toBe("INSERT INTO `my db`.t (a, b) FROM INFILE '/f' SETTINGS async_insert = 0 FORMAT CSV");
});

test('a column named values or format is not taken for the clause', () => {
  const statement = parseStatement('INSERT INTO t (values, format) FORMAT TSV\n1\t2');
  expect(statement).toMatchObject({ kind: 'insert', format: 'TSV' });
});

test.each(['SELECT 1; DROP TABLE t', 'SELECT 1 INTO OUTFILE \'/etc/x\'', "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", '', '-- nothing', 'INSERT INTO t', "SELECT '\0'"])(
  'refused: %j',
  (sql) => expect(() => parseStatement(sql)).toThrow(),
);

test.each(['DROP TABLE t', 'INSERT INTO t VALUES (1)', "SELECT * FROM file('/etc/passwd')", "SELECT * FROM `file`('/etc/passwd')", "SELECT file('/etc/passwd')", 'SET readonly = 0', "KILL QUERY WHERE 1", "SELECT * FROM url('http://x')", '/* SELECT */ SYSTEM SHUTDOWN'])(
  'a read-only user may not: %s',
  (sql) => expect(() => checkReadOnly(sql)).toThrow('readonly'),
);

test('a quoted literal is read back as one string token, whatever is in it', () => {
  for (const value of ["it's", 'back\\slash', "\\'", 'x\0y', 'é', '']) {
    const quoted = quoteLiteral(value);
    expect([...tokens(quoted)]).toEqual([expect.objectContaining({ kind: 'string', start: 0, end: quoted.length })]);
  }
});
