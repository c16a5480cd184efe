import type { GeoSources } from './evidence';
import type { Gazetteer } from './gazetteer';
import { loadIpCountries } from './ip-country';

/** The places and networks of live decisions: about 100 MB, and a second or two; the towns are read only when this is called. */
export function loadGeoSources(): GeoSources {
  const { loadGazetteer } = require('./load-gazetteer') as { loadGazetteer(): Gazetteer };
  return { ips: loadIpCountries(), gazetteer: loadGazetteer() };
}
