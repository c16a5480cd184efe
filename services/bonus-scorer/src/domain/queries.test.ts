import { change, DEFAULT_POLICY, T0 } from '../testing/values';
import { decideChange } from './decide';
import { bonusesPage, linksPage } from './queries';
import { MemoryRows } from './rows';
import { HOUR } from './time';

interface Listed {
  readonly items: readonly object[];
  readonly next: string | null;
}

function rowsAfter(...changes: ReturnType<typeof change>[]): MemoryRows {
  const rows = new MemoryRows();
  for (const each of changes) decideChange(rows, each, DEFAULT_POLICY);
  return rows;
}

const sharing = (...players: string[]) => rowsAfter(...players.map((player) => change(player, 'activated', T0, {}, { device: 'd1' })));
const links = (rows: MemoryRows, limit: number, after: string | null): Listed => linksPage(rows, { ask: 'links', player: 'a', limit, after }, DEFAULT_POLICY.rings);

test('a page of links goes on behind the last of the page before, also when that link is gone by then', () => {
  const first = links(sharing('a', 'b', 'c', 'd'), 2, null);
  expect(first).toMatchObject({ items: [{ externalUserId: 'b' }, { externalUserId: 'c' }], next: expect.any(String) });
  expect(links(sharing('a', 'b', 'd'), 2, first.next)).toMatchObject({ items: [{ externalUserId: 'd' }], next: null });
});

test("a player's bonuses come newest first, page by page, also one without an id", () => {
  const rows = rowsAfter(change('a', 'activated', T0, { bonusId: 'old_one' }), change('a', 'activated', T0 + HOUR, { bonusId: '' }), change('a', 'activated', T0 + HOUR, { bonusId: 'welcome' }));
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Listed = bonusesPage(rows, { ask: 'bonuses', player: 'a', limit: 1, after });
    ids.push(...page.items.map((item) => (item as { bonusId: string }).bonusId));
    after = page.next;
  } while (after);
  expect(ids).toEqual(['', 'welcome', 'old_one']);
});
