import { domainToASCII } from 'node:url';
import type { ListKind } from '@stakewatch/contracts';
import { fold, nameWords } from './fold';
import { formatIpRange, parseIpRange } from './ip-range';
import { MAX_NAME_WORDS } from './name-index';

/** The form in which a value is compared and by which it is kept, or why it has none. */
export type NormalForm = { readonly ok: true; readonly normal: string } | { readonly ok: false; readonly fault: string };

const NORMALISERS: Readonly<Record<ListKind, (value: string) => string | null>> = {
  account: normalAccount,
  bank: (value) => emptyToNull(accountPart(value)),
  email: normalEmailEntry,
  name: (value) => {
    const words = nameWords(value);
    return words.length === 0 || words.length > MAX_NAME_WORDS ? null : words.join(' ');
  },
  ip: (value) => {
    const range = parseIpRange(value);
    return range && formatIpRange(range);
  },
};

const EXPECTED: Readonly<Record<ListKind, string>> = {
  account: 'must be <bank code>:<account number>, or *:<account number> for any bank',
  bank: 'must be a bank code',
  email: 'must be an e-mail address, or @ and a domain for all of its addresses',
  name: `must be a name of 1 to ${MAX_NAME_WORDS} words`,
  ip: 'must be an IPv4 or IPv6 address or range, such as 203.0.113.0/24 or 2001:db8::/32',
};

export function normalForm(kind: ListKind, value: string): NormalForm {
  const normal = NORMALISERS[kind](value);
  return normal === null ? { ok: false, fault: EXPECTED[kind] } : { ok: true, normal };
}

/** Spaces and hyphens are how people group digits; letters of an IBAN have no case. */
export const accountPart = (text: string): string => fold(text).replace(/[\s-]/g, '').toUpperCase();

export const accountKey = (bankCode: string, accountNumber: string): string => `${accountPart(bankCode)}:${accountPart(accountNumber)}`;

function normalAccount(value: string): string | null {
  const at = value.indexOf(':');
  const [bank, number] = [accountPart(value.slice(0, Math.max(0, at))), accountPart(value.slice(at + 1))];
  return at < 0 || bank === '' || number === '' ? null : `${bank}:${number}`;
}

/**
 * The mailbox behind an address: without case, `+tag`, and (Gmail only, which ignores them) dots. Null when it is no address.
 * Two spellings of one mailbox are one customer.
 */
export function mailboxOf(address: string): string | null {
  const text = address.normalize('NFKC').replace(/\p{Cf}/gu, '').trim().toLowerCase();
  const at = text.lastIndexOf('@');
  const domain = normalDomain(text.slice(at + 1));
  if (at < 1 || domain === null || /\s/.test(text)) return null;
  const untagged = text.slice(0, at).split('+', 1)[0] as string;
  const gmail = domain === 'gmail.com' || domain === 'googlemail.com';
  const local = gmail ? untagged.replaceAll('.', '') : untagged;
  return local === '' ? null : `${local}@${gmail ? 'gmail.com' : domain}`;
}

function normalEmailEntry(value: string): string | null {
  const text = value.trim();
  if (!text.startsWith('@')) return mailboxOf(text);
  const domain = normalDomain(text.slice(1));
  return domain && `@${domain}`;
}

const DOMAIN = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/;

function normalDomain(text: string): string | null {
  const plain = text.toLowerCase();
  if (DOMAIN.test(plain)) return plain;
  const ascii = domainToASCII(plain).replace(/\.$/, '');
  return DOMAIN.test(ascii) ? ascii : null;
}

const emptyToNull = (text: string): string | null => (text === '' ? null : text);
