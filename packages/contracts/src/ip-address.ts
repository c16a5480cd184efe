import { isIP } from 'node:net';

/** An IPv4 address written as IPv6, in the one spelling of the latter. */
const MAPPED_IPV4 = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/**
 * The one spelling of an IP address (RFC 5952): by it addresses are kept and compared, so that rules see one address however a
 * system writes it. `2001:DB8:0::1` becomes `2001:db8::1`, and `::ffff:203.0.113.7` becomes `203.0.113.7`. What is no address stays
 * as it is. An IPv4 address has one spelling only.
 */
export function ipSpelling(address: string): string {
  if (isIP(address) !== 6 || address.includes('%')) return address;
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = MAPPED_IPV4.exec(plain);
  return mapped ? `${dotted(mapped[1])}.${dotted(mapped[2])}` : plain;
}

function dotted(group = ''): string {
  const value = Number.parseInt(group, 16);
  return `${value >> 8}.${value & 255}`;
}
