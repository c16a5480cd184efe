import fc from 'fast-check';
import { nameWords } from './fold';
import { NameIndex } from './name-index';
import { allowedDistance, nameDistance } from './name-match';

function matches(entry: string, asked: string, distance: number): boolean {
  const index = new NameIndex<string>();
  index.add('e', nameWords(entry), distance);
  return index.match(nameWords(asked)).length === 1;
}

test.each([
  ['Jane Doe', 'DOE, Jane', 0],
  ['José Núñez', 'jose nunez', 0],
  ['Søren Ærø', 'Soren Aero', 0],
  ["O'Brien Mary", 'Mary OBrien', 0],
  ['Jane Doe', 'Jane\u200b  DOE', 0],
  ['Ｊａｎｅ Ｄｏｅ', 'Jane Doe', 0],
  ['Jonathan Smith', 'Jonathon Smith', 1],
  ['Jonathan Smith', 'Jonathan Simth', 1],
  ['Jonathan Smith', 'Jonathan M. Smith', 1],
  ['Jonathan Smith', 'Jonathon Smyth', 2],
  ['Жанна Петрова', 'петрова жанна', 0],
])('%s is %s within %i', (entry, asked, distance) => expect(matches(entry, asked, distance)).toBe(true));

test.each([
  ['Jonathan Smith', 'Jonathon Smith', 0],
  ['Jonathan Smith', 'Jonathon Smyth', 1],
  ['Li Wu', 'Lu Wu', 2],
  ['Jane Doe', 'Jane Mary Doe', 2],
  ['Jane Doe', 'Jane', 2],
  ['Jane Doe', '', 2],
])('%s is not %s within %i', (entry, asked, distance) => expect(matches(entry, asked, distance)).toBe(false));

test('a removed entry is found no more, and leaves nothing behind', () => {
  const index = new NameIndex<string>();
  index.add('a', ['doe', 'jane'], 1);
  index.add('b', ['doe', 'john'], 1);
  index.remove('a');
  expect(index.match(['doe', 'jane'])).toEqual([]);
  expect(index.match(['doe', 'john'])).toEqual([{ id: 'b', distance: 0 }]);
  expect(index.size).toBe(1);
});

const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 4 }).map((list) => [...list].sort());

test('the index finds exactly what comparing with every entry finds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(words, fc.integer({ min: 0, max: 2 })), { maxLength: 12 }), words, (entries, asked) => {
      const index = new NameIndex<number>();
      entries.forEach(([name, distance], id) => index.add(id, name, distance));
      const slowly = entries.flatMap(([name, distance], id) => {
        const limit = allowedDistance(name, distance);
        return nameDistance(name, asked, limit) <= limit ? [id] : [];
      });
      expect(index.match(asked).map(({ id }) => id).sort()).toEqual(slowly.sort());
    }),
    { numRuns: 1500 },
  );
});

test('the distance of two names does not depend on which is asked', () => {
  fc.assert(fc.property(words, words, (a, b) => nameDistance(a, b, 2) === nameDistance(b, a, 2)));
});
