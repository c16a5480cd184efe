import { deletions } from './distance';
import { allowedDistance, nameDistance } from './name-match';

/** Longer names are cut: no honest one has more words, and pairing them must stay cheap. */
export const MAX_NAME_WORDS = 12;
const MAX_RADIUS = 2;

interface IndexedName<Id> {
  readonly id: Id;
  readonly words: readonly string[];
  readonly letters: number;
  readonly limit: number;
}

/**
 * Finds the names within a distance. Of k words that must all have a partner, at least one is off by no more than limit / k
 * letters, so an entry stands under its words less that many letters, and a query looks under its own.
 */
export class NameIndex<Id> {
  private readonly byPart = new Map<string, Set<IndexedName<Id>>>();
  private readonly names = new Map<Id, { name: IndexedName<Id>; parts: readonly string[] }>();
  /** Entries by radius, so that a query makes no more variants than there is use for. */
  private readonly radii = [0, 0, 0];

  add(id: Id, words: readonly string[], distance: number): void {
    this.remove(id);
    const limit = allowedDistance(words, distance);
    const name: IndexedName<Id> = { id, words, letters: letterCount(words), limit };
    const radius = radiusOf(name);
    const parts = [...new Set(words.flatMap((word) => [...deletions(word, radius)]))];
    for (const part of parts) {
      let names = this.byPart.get(part);
      if (!names) this.byPart.set(part, (names = new Set()));
      names.add(name);
    }
    this.radii[radius] = (this.radii[radius] ?? 0) + 1;
    this.names.set(id, { name, parts });
  }

  remove(id: Id): void {
    const known = this.names.get(id);
    if (!known) return;
    for (const part of known.parts) {
      const names = this.byPart.get(part);
      names?.delete(known.name);
      if (names?.size === 0) this.byPart.delete(part);
    }
    const radius = radiusOf(known.name);
    this.radii[radius] = (this.radii[radius] ?? 0) - 1;
    this.names.delete(id);
  }

  get size(): number {
    return this.names.size;
  }

  /** Entries whose name is near enough, with how far it is. */
  match(words: readonly string[]): readonly { readonly id: Id; readonly distance: number }[] {
    if (this.names.size === 0) return [];
    const asked = words.slice(0, MAX_NAME_WORDS);
    const letters = letterCount(asked);
    const seen = new Set<IndexedName<Id>>();
    const found: { id: Id; distance: number }[] = [];
    for (const part of this.partsOf(asked)) {
      for (const name of this.byPart.get(part) ?? []) {
        if (seen.has(name) || Math.abs(name.letters - letters) > name.limit) continue;
        seen.add(name);
        const distance = nameDistance(name.words, asked, name.limit);
        if (distance <= name.limit) found.push({ id: name.id, distance });
      }
    }
    return found;
  }

  private partsOf(words: readonly string[]): ReadonlySet<string> {
    const radius = this.radii[2] ? MAX_RADIUS : this.radii[1] ? 1 : 0;
    return new Set(words.flatMap((word) => [...deletions(word.slice(0, MAX_WORD_LETTERS), radius)]));
  }
}

/** Words of an entry are within this, so a longer one in a query matches nothing but by its neighbours. */
const MAX_WORD_LETTERS = 40;

function radiusOf({ words, limit }: { readonly words: readonly string[]; readonly limit: number }): number {
  const whole = words.filter((word) => word.length > 1).length;
  return Math.min(MAX_RADIUS, whole === 0 ? limit : Math.floor(limit / whole));
}

const letterCount = (words: readonly string[]): number => words.reduce((sum, word) => sum + word.length, 0);
