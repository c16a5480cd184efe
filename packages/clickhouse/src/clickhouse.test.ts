import { analystUserSql, COMPANY_TABLES, COMPANY_VIEWS } from './analyst-users';
import { mergeDocument } from './data-document';
import { MigrationError, pending } from './migrate';
import { readMigrations, splitStatements } from './migration-files';

const file = (number: number, checksum = `c${number}`) => ({ number, name: `m${number}`, checksum, statements: [] });

test('what was not applied is pending, in order', () => {
  expect(pending([file(1), file(2), file(3)], [{ number: 1, checksum: 'c1' }]).map(({ number }) => number)).toEqual([2, 3]);
  expect(pending([file(1)], [{ number: 1, checksum: 'c1' }])).toEqual([]);
});

test('a changed file and a newer database are refused', () => {
  expect(() => pending([file(1, 'other')], [{ number: 1, checksum: 'c1' }])).toThrow(MigrationError);
  expect(() => pending([file(1)], [{ number: 2, checksum: 'c2' }])).toThrow('newer');
});

test('statements end at the end of a line only', () => {
  expect(splitStatements("-- a; comment;\nSELECT 'x; y'\nFROM t;\n\nSELECT 2;  \n")).toEqual(["SELECT 'x; y'\nFROM t", 'SELECT 2']);
});

test('every statement of the migrations may be repeated', () => {
  for (const { statements } of readMigrations()) for (const statement of statements) expect(statement).toMatch(/\b(IF NOT EXISTS|IF EXISTS|OR REPLACE)\b/);
});

test("an analyst's SQL names only the company's own rows, and takes no name that could break out", () => {
  const sql = analystUserSql('stakewatch', { companyId: 'acme', passwordSha256: 'a'.repeat(64) });
  expect(sql.filter((line) => line.startsWith('CREATE ROW POLICY'))).toHaveLength(COMPANY_TABLES.length);
  expect(sql.find((line) => line.includes('ON stakewatch.events'))).toContain("USING company_id IN ('acme', 'acme-sandbox')");
  expect(sql.join('\n')).not.toMatch(/dead_letter|processing_progress|schema_migrations/);
  for (const companyId of ["x' OR 1", 'a`b', 'acme-sandbox', '']) expect(() => analystUserSql('stakewatch', { companyId, passwordSha256: 'a'.repeat(64) })).toThrow();
  expect(() => analystUserSql('a.b', { companyId: 'acme', passwordSha256: 'a'.repeat(64) })).toThrow();
  expect(() => analystUserSql('stakewatch', { companyId: 'acme', passwordSha256: "'" })).toThrow();
});

test('an analyst reads every view, and every table of companies', () => {
  const made = readMigrations().flatMap(({ statements }) => statements.flatMap((statement) => [...statement.matchAll(/CREATE (TABLE|VIEW) IF NOT EXISTS (\w+) \(([^]*)/g)]));
  const named = (what: string) => made.filter(([, kind, , text]) => kind === what && (text as string).includes('company_id')).map(([, , name]) => name as string);
  expect([...COMPANY_VIEWS].sort()).toEqual(named('VIEW').sort());
  expect([...COMPANY_TABLES].sort()).toEqual(named('TABLE').sort());
});

test('the made part of the document replaces the old one and keeps the text before it', () => {
  const made = mergeDocument('# Data\n\ntext\n', 'x');
  expect(made).toBe('# Data\n\ntext\nx');
});
