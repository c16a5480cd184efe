import { fold } from '@stakewatch/lists';
import fc from 'fast-check';
import { cellOf, type Town, Towns } from './towns';

const text = fc.oneof(fc.constantFrom('Paris', 'PARIS', 'Dákar', 'Œuf', '', '東京', 'Sao Paulo', 'São Paulo'), fc.string({ maxLength: 6 }));
const town: fc.Arbitrary<Town> = fc.record({
  name: text,
  altName: text,
  country: fc.constantFrom('FR', 'US', 'SN'),
  adminCode: fc.constantFrom('', 'CA', '01'),
  population: fc.nat(40_000_000),
  point: fc.record({ lat: fc.double({ min: -90, max: 90, noNaN: true }), lon: fc.double({ min: -180, max: 180, noNaN: true }) }),
});

test('towns are found by each of their names and by their cell, and told as they were given', () => {
  fc.assert(
    fc.property(fc.array(town, { maxLength: 30 }), text, (given, asked) => {
      const towns = new Towns(given);
      for (const name of [asked, ...given.map(({ name }) => name)].map(fold)) {
        const expected = given.flatMap(({ name: own, altName }, at) => ([fold(own), ...(altName === '' ? [] : [fold(altName)])].includes(name) ? [at] : []));
        expect(towns.named(name)).toEqual(expected);
      }
      given.forEach(({ point, country, adminCode, population }, at) => {
        expect(towns.inCell(cellOf(Math.floor(point.lat), Math.floor(point.lon)))).toContain(at);
        expect({ point: towns.pointOf(at), country: towns.countryOf(at), adminCode: towns.adminCodeOf(at), population: towns.populationOf(at) }).toEqual({ point, country, adminCode, population });
      });
      const all = new Set(given.map(({ point }) => cellOf(Math.floor(point.lat), Math.floor(point.lon))));
      expect([...all].reduce((sum, cell) => sum + towns.inCell(cell).length, 0)).toBe(given.length);
    }),
  );
});
