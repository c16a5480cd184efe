import { hash } from 'node:crypto';

/**
 * Identity of a betting event: the same company and event_id give the same uuid, for ever and on every gateway
 * (spec README, "Events": sent again, it gets the same uuid).
 *
 * The uuid is a version 8 (RFC 9562, custom) one: 96 bits of SHA-1 over company and event_id, and 26 check bits computed
 * from those and the company. A gateway can therefore tell from a uuid alone that it was issued for that company, and
 * answer PENDING for an accepted event that no store holds yet, without writing anything on the hot path
 * (docs/decisions/0003-event-identity.md).
 */
export interface EventIdentity {
  uuidOf(externalEventId: string): string;
  /** True when `uuid` has the check bits of this company; false for every other company's and for other uuids (1 in 67 million by chance). */
  issued(uuid: string): boolean;
}

const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const VARIANT = ['8', '9', 'a', 'b'];

export function eventIdentity(companyId: string): EventIdentity {
  const prefix = `stakewatch:event\u0000${companyId}\u0000`;
  const seed = Number.parseInt(hash('sha1', `stakewatch:check\u0000${companyId}`, 'hex').slice(0, 8), 16);
  return {
    uuidOf(externalEventId) {
      const id = hash('sha1', prefix + externalEventId, 'hex').slice(0, 24);
      const check = checkBits(id, seed);
      const variant = VARIANT[check >>> 24] as string;
      const tail = (check & 0xffffff).toString(16).padStart(6, '0');
      return `${id.slice(0, 8)}-${id.slice(8, 12)}-8${id.slice(12, 15)}-${variant}${id.slice(15, 18)}-${id.slice(18, 24)}${tail}`;
    },
    issued(uuid) {
      if (!UUID_V8.test(uuid)) return false;
      const id = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(15, 18) + uuid.slice(20, 23) + uuid.slice(24, 30);
      const check = (VARIANT.indexOf(uuid.charAt(19)) << 24) | Number.parseInt(uuid.slice(30), 16);
      return check === checkBits(id, seed);
    },
  };
}

/** MurmurHash3's 32-bit mix over the 24 hex digits, cut to 26 bits. It guards against strangers' uuids, not against forgery. */
function checkBits(id: string, seed: number): number {
  let h = seed | 0;
  for (let at = 0; at < 24; at += 8) {
    let k = Math.imul(Number.parseInt(id.slice(at, at + 8), 16), 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h ^= k;
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 6;
}
