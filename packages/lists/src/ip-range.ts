import { isIP } from 'node:net';
import { ipSpelling } from '@stakewatch/contracts';

export interface IpRange {
  readonly family: 4 | 6;
  /** The first `prefix` bits of the address, the others zero. */
  readonly base: bigint;
  readonly prefix: number;
}

/** `10.0.0.0/8`, `2001:db8::/32` or a single address; null for anything else. Bits beyond the prefix are cleared. */
export function parseIpRange(text: string): IpRange | null {
  const [address = '', length, ...rest] = text.trim().split('/');
  const parsed = parseIp(address);
  if (!parsed || rest.length > 0) return null;
  const mapped = address.includes(':') && parsed.family === 4;
  const bits = parsed.family === 4 ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return null;
  const prefix = length === undefined ? bits : Number(length) - (mapped ? 96 : 0);
  if (prefix < 0 || prefix > bits) return null;
  return { family: parsed.family, base: maskTo(parsed.value, prefix, bits), prefix };
}

export function formatIpRange({ family, base, prefix }: IpRange): string {
  return `${family === 4 ? formatV4(base) : formatV6(base)}/${prefix}`;
}

/** An address as a number; an IPv4 address written as IPv6 (::ffff:1.2.3.4) is the IPv4 one. Null for anything else, zones included. */
export function parseIp(text: string): { readonly family: 4 | 6; readonly value: bigint } | null {
  const kind = isIP(text);
  if (kind === 4) return { family: 4, value: parseV4(text) };
  if (kind !== 6 || text.includes('%')) return null;
  const value = parseV6(text);
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value };
}

export function maskTo(value: bigint, prefix: number, bits: number): bigint {
  const shift = BigInt(bits - prefix);
  return (value >> shift) << shift;
}

const parseV4 = (text: string): bigint => BigInt(text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0));

function parseV6(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const hex = dotted ? `${dotted[1]}${parseV4(dotted[2] as string).toString(16).padStart(8, '0').replace(/^(.{4})/, '$1:')}` : text;
  const [head = '', tail] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

function formatV6(value: bigint): string {
  return ipSpelling(Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16)).join(':'));
}
