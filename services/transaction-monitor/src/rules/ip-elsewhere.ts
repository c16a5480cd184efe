import { defineTransactionRule } from '../engine/define';

/** The IP address is of another country than the stated place. */
export const ipElsewhere = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-ip-elsewhere',
  title: 'IP address of another country',
  description: 'The country of the IP address has no town within the tolerance of the stated place. Private addresses and unknown places say nothing.',
  facts: { elsewhere: { fact: 'geoConflict', km: 'tolerance_km' } },
  when: 'elsewhere == 1.0',
  settings: { tolerance_km: 100 },
  allowed: { tolerance_km: { type: 'number', unit: 'km', min: 0, max: 20_000 } },
  outcome: { code: 454, score: 50, comment: 'Geographic inconsistency: the IP address is of {ip_country}, the stated place is in {country}' },
  examples: [
    { given: [{ ip_address: '8.8.8.8', location: 'Paris, France' }], then: 'holds' },
    { given: [{ ip_address: '8.8.8.8', location: 'lat=48.85,lon=2.35' }], then: 'holds' },
    { given: [{ ip_address: '8.8.8.8', location: 'San Francisco, CA' }], then: 'silent' },
    { given: [{ ip_address: '192.168.1.1', location: 'Paris, France' }], then: 'silent' },
    { given: [{ ip_address: '8.8.8.8', location: 'the office' }], then: 'silent' },
  ],
});
