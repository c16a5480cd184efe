import type { GeoSources } from './evidence';
import { createGazetteer } from './gazetteer';
import { createIpCountries } from './ip-country';

const town = (name: string, country: string, adminCode: string, lat: number, lon: number) => ({ name, altName: '', country, adminCode, population: 1_000_000, point: { lat, lon } });

/** The world of the examples: a few towns and one network, so that they hold wherever they run. */
export const EXAMPLE_WORLD: GeoSources = {
  ips: createIpCountries('134744064,134744319,US\n', ''),
  gazetteer: createGazetteer([town('San Francisco', 'US', 'CA', 37.7749, -122.4194), town('New York', 'US', 'NY', 40.7128, -74.006), town('Paris', 'FR', '11', 48.8566, 2.3522), town('Dakar', 'SN', '01', 14.6937, -17.4441)]),
};
