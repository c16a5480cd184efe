import type { StatusClass } from '../domain/status';

/**
 * One transaction as an account's or a customer's history keeps it. 64 bytes each, so that a thousand are read in one go; whom it
 * concerns is kept as a hash only.
 */
export interface Entry {
  /** received_at, microseconds UTC. */
  readonly time: number;
  readonly amountMinor: number;
  readonly currency: string;
  /** out: the log's account paid. in: it was paid. */
  readonly direction: 'out' | 'in';
  readonly status: StatusClass;
  /** It got one of the codes 450 to 457. */
  readonly suspicious: boolean;
  /** Country the transaction was made in; '' where not known. */
  readonly country: string;
  readonly lat: number | null;
  readonly lon: number | null;
  /** The other account. */
  readonly counterpart: bigint;
  /** The customer's mailbox. */
  readonly customer: bigint;
  /** The customer's name. */
  readonly name: bigint;
  readonly ip: bigint;
}

export const ENTRY_BYTES = 64;
const STATUSES: readonly StatusClass[] = ['completed', 'pending', 'failed', 'other'];
const NO_COORDINATE = 0x7fff_ffff;
const COORDINATE_SCALE = 1e6;
const DIRECTION_BIT = 4;
const SUSPICIOUS_BIT = 8;

export function writeEntry(entry: Entry): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES);
  bytes.writeDoubleLE(entry.time, 0);
  bytes.writeDoubleLE(entry.amountMinor, 8);
  bytes.write(entry.currency.padEnd(3), 16, 3, 'latin1');
  bytes[19] = STATUSES.indexOf(entry.status) | (entry.direction === 'in' ? DIRECTION_BIT : 0) | (entry.suspicious ? SUSPICIOUS_BIT : 0);
  bytes.write(entry.country.padEnd(2), 20, 2, 'latin1');
  bytes.writeInt32LE(entry.lat === null ? NO_COORDINATE : Math.round(entry.lat * COORDINATE_SCALE), 24);
  bytes.writeInt32LE(entry.lon === null ? NO_COORDINATE : Math.round(entry.lon * COORDINATE_SCALE), 28);
  bytes.writeBigUInt64LE(entry.counterpart, 32);
  bytes.writeBigUInt64LE(entry.customer, 40);
  bytes.writeBigUInt64LE(entry.name, 48);
  bytes.writeBigUInt64LE(entry.ip, 56);
  return bytes;
}

export function readEntry(bytes: Buffer, at: number): Entry {
  const flags = bytes[at + 19] as number;
  const coordinate = (offset: number) => {
    const value = bytes.readInt32LE(at + offset);
    return value === NO_COORDINATE ? null : value / COORDINATE_SCALE;
  };
  return {
    time: bytes.readDoubleLE(at),
    amountMinor: bytes.readDoubleLE(at + 8),
    currency: bytes.toString('latin1', at + 16, at + 19).trimEnd(),
    direction: flags & DIRECTION_BIT ? 'in' : 'out',
    status: STATUSES[flags & 3] as StatusClass,
    suspicious: (flags & SUSPICIOUS_BIT) !== 0,
    country: bytes.toString('latin1', at + 20, at + 22).trimEnd(),
    lat: coordinate(24),
    lon: coordinate(28),
    counterpart: bytes.readBigUInt64LE(at + 32),
    customer: bytes.readBigUInt64LE(at + 40),
    name: bytes.readBigUInt64LE(at + 48),
    ip: bytes.readBigUInt64LE(at + 56),
  };
}
