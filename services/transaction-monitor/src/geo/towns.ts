import { fold } from '@stakewatch/lists';
import type { Point } from './distance';

export interface Town {
  readonly name: string;
  readonly altName: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly adminCode: string;
  readonly population: number;
  readonly point: Point;
}

/** One-degree cells: rows from the south pole, columns from the date line. */
const COLUMNS = 360;
const ROWS = 181;
const ENCODING = 'utf8';

/**
 * Many towns in few objects: numbers in typed arrays, names as bytes, found by name and by cell of one degree. As objects they were
 * a million of them, 100 MB that every collection of the old generation walked through. A town is a number, in the order given.
 */
export class Towns {
  private readonly countries = new Codes();
  private readonly adminCodes = new Codes();
  private readonly country: Uint16Array;
  private readonly admin: Uint16Array;
  private readonly populations: Float64Array;
  private readonly points: Float64Array;
  private readonly names: Names;
  private readonly cells: Groups;

  constructor(towns: Iterable<Town>) {
    const [country, admin, populations, points, cells]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
    const names = new NameList();
    let town = 0;
    for (const { name, altName, country: in_, adminCode, population, point } of towns) {
      country.push(this.countries.of(in_));
      admin.push(this.adminCodes.of(adminCode));
      populations.push(population);
      points.push(point.lat, point.lon);
      cells.push(cellOf(Math.floor(point.lat), Math.floor(point.lon)));
      for (const folded of new Set([fold(name), ...(altName === '' ? [] : [fold(altName)])])) names.add(folded, town);
      town += 1;
    }
    this.country = Uint16Array.from(country);
    this.admin = Uint16Array.from(admin);
    this.populations = Float64Array.from(populations);
    this.points = Float64Array.from(points);
    this.cells = new Groups(cells, ROWS * COLUMNS);
    this.names = new Names(names);
  }

  /** Towns of this name, folded. */
  named(folded: string): readonly number[] {
    return this.names.find(folded);
  }

  /** Towns in a cell; see `cellOf`. */
  inCell(cell: number): Uint32Array {
    return this.cells.of(cell);
  }

  countryOf(town: number): string {
    return this.countries.text(this.country[town] as number);
  }

  adminCodeOf(town: number): string {
    return this.adminCodes.text(this.admin[town] as number);
  }

  populationOf(town: number): number {
    return this.populations[town] as number;
  }

  pointOf(town: number): Point {
    return { lat: this.points[2 * town] as number, lon: this.points[2 * town + 1] as number };
  }
}

/** Whole degrees, the cell's south-western corner; any longitude. */
export const cellOf = (lat: number, lon: number): number => (lat + 90) * COLUMNS + ((((lon + 180) % COLUMNS) + COLUMNS) % COLUMNS);

/** Texts of which there are few, by number. */
class Codes {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      this.numbers.set(text, (number = this.texts.length));
      this.texts.push(text);
    }
    return number;
  }

  text(number: number): string {
    return this.texts[number] as string;
  }
}

/** Members 0, 1, 2, … by the group each is in, in their order. */
class Groups {
  private readonly starts: Uint32Array;
  private readonly members: Uint32Array;

  constructor(groupOf: readonly number[], groups: number) {
    this.starts = new Uint32Array(groups + 1);
    for (const group of groupOf) this.starts[group + 1] = (this.starts[group + 1] as number) + 1;
    for (let group = 0; group < groups; group += 1) this.starts[group + 1] = (this.starts[group + 1] as number) + (this.starts[group] as number);
    this.members = new Uint32Array(groupOf.length);
    const next = this.starts.slice();
    groupOf.forEach((group, member) => {
      this.members[next[group] as number] = member;
      next[group] = (next[group] as number) + 1;
    });
  }

  of(group: number): Uint32Array {
    return this.members.subarray(this.starts[group] ?? 0, this.starts[group + 1] ?? 0);
  }
}

/** Names as they are gathered. */
class NameList {
  readonly texts: string[] = [];
  readonly towns: number[] = [];

  add(text: string, town: number): void {
    this.texts.push(text);
    this.towns.push(town);
  }
}

/** Names in one piece of memory, by a hash of their letters. */
class Names {
  private readonly bytes: Buffer;
  private readonly ends: Uint32Array;
  private readonly towns: Uint32Array;
  private readonly buckets: Groups;
  private readonly mask: number;

  constructor({ texts, towns }: NameList) {
    this.mask = 2 ** Math.ceil(Math.log2(texts.length + 1)) - 1;
    this.bytes = Buffer.from(texts.join(''), ENCODING);
    this.ends = new Uint32Array(texts.length);
    let end = 0;
    texts.forEach((text, at) => (this.ends[at] = end += Buffer.byteLength(text, ENCODING)));
    this.towns = Uint32Array.from(towns);
    this.buckets = new Groups(texts.map((text) => this.bucketOf(text)), this.mask + 1);
  }

  find(text: string): readonly number[] {
    const wanted = Buffer.from(text, ENCODING);
    const found: number[] = [];
    for (const at of this.buckets.of(this.bucketOf(text))) {
      const start = at === 0 ? 0 : (this.ends[at - 1] as number);
      if (this.bytes.compare(wanted, 0, wanted.length, start, this.ends[at]) === 0) found.push(this.towns[at] as number);
    }
    return found;
  }

  /** FNV-1a. */
  private bucketOf(text: string): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return (hash >>> 0) & this.mask;
  }
}
