/**
 * Inserts rows; when they are refused, halves them until the rows at fault stand alone. The halves depend only on the rows and on
 * what is refused, so a repetition after a crash makes the same blocks with the same tokens.
 * @param insert resolves false when the rows were refused (and none of them inserted).
 * @returns the rows at fault.
 */
export async function insertBisecting<Row>(rows: readonly Row[], insert: (rows: readonly Row[], path: string) => Promise<boolean>, path = ''): Promise<readonly Row[]> {
  if (rows.length === 0 || (await insert(rows, path))) return [];
  if (rows.length === 1) return rows;
  const middle = rows.length >> 1;
  const first = await insertBisecting(rows.slice(0, middle), insert, `${path}0`);
  const second = await insertBisecting(rows.slice(middle), insert, `${path}1`);
  return [...first, ...second];
}
