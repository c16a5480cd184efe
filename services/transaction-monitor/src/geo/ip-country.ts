import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseIp } from '@stakewatch/lists';
import { remember } from './remember';
import { isSpecial } from './special-ranges';

export interface IpCountries {
  /** ISO 3166-1 alpha-2; null for private, reserved and unlisted addresses. */
  countryOf(address: string): string | null;
}

/** Sorted ranges that do not overlap; the country of range i is two letters at 2i. */
interface Ranges<Bound> {
  readonly starts: ArrayLike<Bound>;
  readonly ends: ArrayLike<Bound>;
  readonly countries: Buffer;
}

/** An IPv6 range is told by its upper 64 bits: nobody is assigned less. */
const V6_SHIFT = 64n;
/** A customer's transactions come from one address. */
const MAX_REMEMBERED = 50_000;

/**
 * Countries of IP addresses, from a table inside the package @ip-location-db/geo-whois-asn-country (CC0; regional registries' whois
 * and routing data), so nothing is asked over the network. Holds about 4 MB.
 */
export function loadIpCountries(): IpCountries {
  const folder = dirname(require.resolve('@ip-location-db/geo-whois-asn-country/package.json'));
  return createIpCountries(
    readFileSync(join(folder, 'geo-whois-asn-country-ipv4-num.csv'), 'latin1'),
    readFileSync(join(folder, 'geo-whois-asn-country-ipv6-num.csv'), 'latin1'),
  );
}

/** Lines `<first address>,<last address>,<country>` with addresses as decimal numbers, ascending. */
export function createIpCountries(v4: string, v6: string): IpCountries {
  const four = readRanges(v4, (size) => new Float64Array(size), Number);
  const six = readRanges(v6, (size) => new BigUint64Array(size), (text) => BigInt(text) >> V6_SHIFT);
  return { countryOf: remember(MAX_REMEMBERED, search) };

  function search(address: string): string | null {
    const parsed = parseIp(address);
    if (!parsed || isSpecial(address)) return null;
    return parsed.family === 4 ? find(four, Number(parsed.value)) : find(six, parsed.value >> V6_SHIFT);
  }
}

function readRanges<Bound>(csv: string, allocate: (size: number) => { [index: number]: Bound; readonly length: number }, parse: (text: string) => Bound): Ranges<Bound> {
  const lines = csv.split('\n').filter((line) => line !== '');
  const [starts, ends] = [allocate(lines.length), allocate(lines.length)];
  const countries = Buffer.alloc(lines.length * 2);
  lines.forEach((line, at) => {
    const [first = '', last = '', country = ''] = line.trim().split(',');
    starts[at] = parse(first);
    ends[at] = parse(last);
    countries.write(country, at * 2, 2, 'latin1');
  });
  return { starts, ends, countries };
}

function find<Bound extends number | bigint>({ starts, ends, countries }: Ranges<Bound>, address: Bound): string | null {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] as Bound) <= address) low = middle;
    else high = middle - 1;
  }
  const start = starts[low];
  if (start === undefined || address < start || address > (ends[low] as Bound)) return null;
  return countries.toString('latin1', low * 2, low * 2 + 2);
}
