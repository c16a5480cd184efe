import fc from 'fast-check';
import { parseCoordinates } from './coordinates';
import { distanceKm } from './distance';
import { locate } from './evidence';
import { loadGazetteer } from './load-gazetteer';
import { createIpCountries, loadIpCountries } from './ip-country';

const ips = loadIpCountries();
const gazetteer = loadGazetteer();
const at = (ip: string, location: string) => locate({ ips, gazetteer }, ip, location);

test.each([
  ['8.8.8.8', 'US'],
  ['41.82.0.1', 'SN'],
  ['2001:4860:4860::8888', 'US'],
  ['::ffff:8.8.8.8', 'US'],
])('%s is in %s', (ip, country) => expect(ips.countryOf(ip)).toBe(country));

test.each(['192.168.1.1', '10.0.0.1', '127.0.0.1', '169.254.1.1', '100.64.0.1', '255.255.255.255', '0.0.0.0', '::1', 'fe80::1', 'fd00::1', '2001:db8::1', 'rubbish', ''])('%j is in no country', (ip) => expect(ips.countryOf(ip)).toBeNull());

test('a range holds its ends and nothing beyond', () => {
  const small = createIpCountries('16777216,16777471,AU\n16777728,16777983,CN\n', '');
  expect(['0.255.255.255', '1.0.0.0', '1.0.0.255', '1.0.1.0', '1.0.2.0', '1.0.3.0'].map(small.countryOf)).toEqual([null, 'AU', 'AU', null, 'CN', null]);
});

test.each([
  ['San Francisco, CA', 'US', 37.77, -122.42],
  ['San Francisco, California, USA', 'US', 37.77, -122.42],
  ['Paris', 'FR', 48.85, 2.35],
  ['Paris, Texas', 'US', 33.66, -95.56],
  ['  dákar , Sénégal', 'SN', 14.69, -17.44],
  ['Lagos, Nigeria', 'NG', 6.45, 3.39],
  ['London, UK', 'GB', 51.51, -0.13],
])('%s is in %s', (text, country, lat, lon) => {
  const found = gazetteer.find(text);
  expect(found?.country).toBe(country);
  expect(distanceKm(found?.point as never, { lat, lon })).toBeLessThan(20);
});

test('a country alone is a country without a point', () => expect(gazetteer.find('Nigeria')).toEqual({ point: null, country: 'NG' }));
test('an unknown town in a known country is that country', () => expect(gazetteer.find('Nowheresville, France')).toEqual({ point: null, country: 'FR' }));

test.each(['', ',', 'Nowheresville', 'Nowheresville, CA', 'Nowheresville, Georgia', 'Springfield', 'Room 12', '__proto__', 'constructor', 'x'.repeat(100_000)])('%.30j is no place', (text) => expect(gazetteer.find(text)).toBeNull());

test.each(['lat=-30.6556,lon=-65.7655', ' LAT = -30.6556 , LON = -65.7655 '])('%j is a point', (text) => expect(parseCoordinates(text)).toEqual({ lat: -30.6556, lon: -65.7655 }));
test.each(['lat=91,lon=0', 'lat=0,lon=181', 'lat=,lon=', 'lat=1', 'lat=1e1,lon=2', 'lat=NaN,lon=0'])('%j is no point', (text) => expect(parseCoordinates(text)).toBeNull());

test('distances: a quarter of the equator, none, and the same both ways', () => {
  expect(distanceKm({ lat: 0, lon: 0 }, { lat: 0, lon: 90 })).toBeCloseTo(10_007.5, 0);
  const point = fc.record({ lat: fc.double({ min: -90, max: 90, noNaN: true }), lon: fc.double({ min: -180, max: 180, noNaN: true }) });
  fc.assert(fc.property(point, point, (a, b) => distanceKm(a, a) === 0 && Math.abs(distanceKm(a, b) - distanceKm(b, a)) < 1e-6 && distanceKm(a, b) <= 20_016));
});

test("the document's example has no evidence of where but San Francisco", () => {
  const evidence = at('192.168.1.1', 'San Francisco, CA');
  expect(evidence).toMatchObject({ ipCountry: null, placeCountry: 'US', country: 'US' });
  expect(evidence.conflict(100)).toBeNull();
});

test.each([
  ['8.8.8.8', 'Paris, France', true],
  ['8.8.8.8', 'lat=48.85,lon=2.35', true],
  ['8.8.8.8', 'San Francisco, CA', false],
  ['8.8.8.8', 'Tijuana, Mexico', false],
  ['8.8.8.8', 'lat=-48.0,lon=-123.0', null],
  ['8.8.8.8', 'somewhere', null],
  ['10.0.0.1', 'Paris, France', null],
])('%s said to be at %s: conflict %s', (ip, location, conflict) => expect(at(ip, location).conflict(100)).toBe(conflict));

test('near the date line, towns of both sides are found', () => {
  expect(gazetteer.countriesAround({ lat: -16.8, lon: 179.99 }, 200)).toContain('FJ');
  expect(gazetteer.countriesAround({ lat: 89.9, lon: 0 }, 100).size).toBe(0);
});
