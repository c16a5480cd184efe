import { parseCoordinates } from './coordinates';
import type { Point } from './distance';
import type { Gazetteer } from './gazetteer';
import type { IpCountries } from './ip-country';

/** What is known of where a transaction was made. Every null is "not known", never a suspicion. */
export interface GeoEvidence {
  readonly ipCountry: string | null;
  readonly point: Point | null;
  /** Country of the stated place. */
  readonly placeCountry: string | null;
  /** Country that counts for the customer's history: the stated place's, else the IP's. */
  readonly country: string | null;
  /** The IP's country has no town within `km` of the stated place, and other towns are there. Null when either is unknown. */
  conflict(km: number): boolean | null;
}

export interface GeoSources {
  readonly ips: IpCountries;
  readonly gazetteer: Gazetteer;
}

/** A town this near tells which country a point is in. */
const COUNTRY_WITHIN_KM = 60;

export function locate({ ips, gazetteer }: GeoSources, ipAddress: string, location: string): GeoEvidence {
  const ipCountry = ips.countryOf(ipAddress);
  const stated = parseCoordinates(location);
  const place = stated ? null : gazetteer.find(location);
  const point = stated ?? place?.point ?? null;
  const placeCountry = stated ? gazetteer.countryAt(stated, COUNTRY_WITHIN_KM) : (place?.country ?? null);
  return {
    ipCountry,
    point,
    placeCountry,
    country: placeCountry ?? ipCountry,
    conflict(km) {
      if (ipCountry === null || placeCountry === null) return null;
      if (ipCountry === placeCountry) return false;
      return point === null || !gazetteer.countriesAround(point, km).has(ipCountry);
    },
  };
}
