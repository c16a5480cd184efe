import { BlockList } from 'node:net';
import { parseIp } from '@stakewatch/lists';

/** Addresses that belong to no place (IANA special-purpose registries): private, shared, loopback, link-local, documentation, multicast, reserved. */
const RANGES = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15',
  '198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::/127 64:ff9b:1::/48 100::/64 2001::/32 2001:2::/48 2001:db8::/32 3fff::/20 fc00::/7 fe80::/10 ff00::/8',
].flatMap((line) => line.split(' '));

const special = new BlockList();
for (const range of RANGES) {
  const [base = '', prefix = ''] = range.split('/');
  special.addSubnet(base, Number(prefix), base.includes(':') ? 'ipv6' : 'ipv4');
}

export function isSpecial(address: string): boolean {
  const parsed = parseIp(address);
  if (!parsed) return true;
  if (parsed.family === 6) return special.check(address, 'ipv6');
  const { value } = parsed;
  return special.check([24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.'), 'ipv4');
}
