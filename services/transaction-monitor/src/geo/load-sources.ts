import type { GeoSources } from './evidence';
import { loadIpCountries } from './ip-country';
import { loadGazetteer } from './load-gazetteer';

/** The places and networks of live decisions: about 15 MB, and half a second. */
export function loadGeoSources(): GeoSources {
  return { ips: loadIpCountries(), gazetteer: loadGazetteer() };
}
