import { defineTransactionRule } from '../engine/define';

/** No one travels so far so fast. */
export const impossibleTravel = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-impossible-travel',
  title: 'Impossible travel',
  description: "The stated place is farther from the customer's last one than anyone could have travelled in the time between.",
  facts: { km: { fact: 'travelKm' }, speed: { fact: 'travelSpeed' } },
  when: 'km > least_km && speed > fastest_kmh',
  settings: { least_km: 300, fastest_kmh: 1_000 },
  allowed: { least_km: { type: 'number', unit: 'km', min: 1, max: 40_000 }, fastest_kmh: { type: 'number', unit: 'km/h', min: 1, max: 100_000 } },
  outcome: { code: 454, score: 60, comment: 'Impossible travel: {km} km since the last transaction, at {speed} km/h' },
  examples: [
    { given: [{ location: 'San Francisco, CA' }, { location: 'Paris, France', after: 3600 }], then: 'holds' },
    { given: [{ location: 'San Francisco, CA' }, { location: 'Paris, France', after: 43_200 }], then: 'silent' },
    { given: [{ location: 'lat=48.85,lon=2.35' }, { location: 'lat=50.0,lon=3.0' }], then: 'silent' },
    { given: [{ location: 'San Francisco, CA' }, { location: 'Paris, France', customer_email: 'other@example.com' }], then: 'silent' },
  ],
});
