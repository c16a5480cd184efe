import { fold } from '@stakewatch/lists';
import { alpha3ToAlpha2, getAlpha2Codes, getNames } from 'i18n-iso-countries';
import { distanceKm, type Point } from './distance';
import { remember } from './remember';
import { cellOf, type Town, Towns } from './towns';
import { US_STATES } from './us-states';

/** Where a text or a point is: a town's coordinates where one is known, and the country. */
export interface Place {
  readonly point: Point | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

export interface Gazetteer {
  /** "San Francisco, CA", "Dakar", "Nigeria"; null when it names no place, or several far apart. */
  find(text: string): Place | null;
  /** Countries that have a town within `km` of the point. */
  countriesAround(point: Point, km: number): ReadonlySet<string>;
  /** Country of the nearest town within `km`; null in the middle of nowhere. */
  countryAt(point: Point, km: number): string | null;
}

/** A name alone means its largest town, when that is so many times larger than its next namesake. */
const DOMINANT = 10;
const KM_PER_DEGREE = 111.2;
const MAX_TEXT = 200;
/** Customers write the same places again and again. */
const MAX_REMEMBERED = 20_000;

export function createGazetteer(all: Iterable<Town>): Gazetteer {
  const towns = new Towns(all);
  const countries = countryNames();
  const near = (point: Point, km: number): { town: number; km: number }[] =>
    cellsAround(point, km).flatMap((cell) => Array.from(towns.inCell(cell), (town) => ({ town, km: distanceKm(point, towns.pointOf(town)) })).filter((found) => found.km <= km));
  const around = remember(MAX_REMEMBERED, (circle): ReadonlySet<string> => {
    const [lat, lon, km] = circle.split('|').map(Number) as [number, number, number];
    return new Set(near({ lat, lon }, km).map(({ town }) => towns.countryOf(town)));
  });

  return {
    find: remember(MAX_REMEMBERED, search),
    countriesAround: ({ lat, lon }, km) => around(`${lat}|${lon}|${km}`),
    countryAt(point, km) {
      const found = near(point, km);
      return found.length === 0 ? null : towns.countryOf(found.reduce((a, b) => (b.km < a.km ? b : a)).town);
    },
  };

  function search(text: string): Place | null {
    const parts = text.slice(0, MAX_TEXT).split(',').map(fold).filter((part) => part !== '');
    const [first, ...qualifiers] = parts;
    if (first === undefined) return null;
    const named = towns.named(first).filter((town) => qualifiers.every((part) => qualifies(towns, town, part, countries)));
    const town = clearest(towns, named, qualifiers.length > 0);
    if (town !== null) return { point: towns.pointOf(town), country: towns.countryOf(town) };
    const country = countries.get(parts.at(-1) as string);
    // A town that is not known in a country that is: the country is evidence all the same.
    return named.length === 0 && country !== undefined && (parts.length === 1 || !isStateToo(parts.at(-1) as string)) ? { point: null, country } : null;
  }
}

function qualifies(towns: Towns, town: number, part: string, countries: ReadonlyMap<string, string>): boolean {
  const country = towns.countryOf(town);
  if (countries.get(part) === country) return true;
  if (country !== 'US') return false;
  return part.toUpperCase() === towns.adminCodeOf(town) || US_STATES[part] === towns.adminCodeOf(town);
}

/** "CA" is California and Canada, "Georgia" a state and a country: after an unknown town it says nothing. */
const isStateToo = (part: string): boolean => US_STATES[part] !== undefined || Object.values(US_STATES).includes(part.toUpperCase());

/** The largest of several towns of a name, where people would mean it; null when they may mean another. */
function clearest(towns: Towns, named: readonly number[], qualified: boolean): number | null {
  const [largest, next] = [...named].sort((a, b) => towns.populationOf(b) - towns.populationOf(a));
  if (largest === undefined) return null;
  if (next === undefined || towns.populationOf(largest) >= DOMINANT * Math.max(1, towns.populationOf(next))) return largest;
  return qualified && towns.populationOf(largest) > towns.populationOf(next) ? largest : null;
}

/** Every way a country is written, folded: its codes, and its names in English and French. */
function countryNames(): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const alpha2 of Object.keys(getAlpha2Codes())) names.set(alpha2.toLowerCase(), alpha2);
  for (const language of ['en', 'fr']) {
    for (const [alpha2, spellings] of Object.entries(getNames(language, { select: 'all' }))) {
      for (const spelling of [spellings].flat()) names.set(fold(spelling), alpha2);
    }
  }
  for (const [alpha2, alpha3] of Object.entries(getAlpha2Codes())) names.set(alpha3.toLowerCase(), alpha3ToAlpha2(alpha3) ?? alpha2);
  return names.set('uk', 'GB');
}

/** Cells of one degree that a circle touches; all of a row near the poles. */
function cellsAround({ lat, lon }: Point, km: number): number[] {
  const dLat = km / KM_PER_DEGREE;
  const cells = new Set<number>();
  for (let row = Math.floor(Math.max(-90, lat - dLat)); row <= Math.floor(Math.min(90, lat + dLat)); row += 1) {
    const widest = Math.min(89.9, Math.max(Math.abs(lat - dLat), Math.abs(lat + dLat)));
    const dLon = Math.min(180, dLat / Math.cos((widest * Math.PI) / 180));
    for (let column = Math.floor(lon - dLon); column <= Math.floor(lon + dLon); column += 1) cells.add(cellOf(row, column));
  }
  return [...cells];
}
