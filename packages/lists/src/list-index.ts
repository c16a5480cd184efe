import type { ListEntryRecord, ListKind, ListName } from '@stakewatch/contracts';
import { nameWords } from './fold';
import { IpIndex } from './ip-index';
import { type IpRange, parseIpRange } from './ip-range';
import { NameIndex } from './name-index';
import { accountKey, accountPart, mailboxOf, normalForm } from './normal-form';

/** What of a transaction is looked up on the lists. */
export interface ListSubject {
  readonly accounts: readonly { readonly role: string; readonly bankCode: string; readonly accountNumber: string }[];
  readonly email: string;
  readonly name: string;
  readonly ip: string;
}

export interface ListMatch {
  readonly entry: ListEntryRecord;
  /** What matched: the account's role (origin, destination), 'customer' or 'ip address'. */
  readonly what: string;
  /** Letters that differ; 0 but for names. */
  readonly distance: number;
}

export interface ListMatches {
  readonly black: readonly ListMatch[];
  readonly white: readonly ListMatch[];
}

/** Key of an entry on control.lists.v1: one entry per list, kind and normal form. @throws {RangeError} for a value without normal form. */
export function listEntryKey(entry: Pick<ListEntryRecord, 'companyId' | 'list' | 'kind' | 'value'>): string {
  const form = normalForm(entry.kind, entry.value);
  if (!form.ok) throw new RangeError(`${entry.kind} ${form.fault}`);
  return [entry.companyId, entry.list, entry.kind, form.normal].join('|');
}

/** The lists of one company, kept ready for matching: exact kinds by hash, ranges by prefix, names by their parts. */
export class ListIndex {
  private readonly entries = new Map<string, ListEntryRecord>();
  private readonly exact = new Map<string, Set<string>>();
  private readonly ranges = new IpIndex<string>();
  private readonly names = new NameIndex<string>();

  get size(): number {
    return this.entries.size;
  }

  put(key: string, entry: ListEntryRecord): void {
    this.remove(key);
    const form = normalForm(entry.kind, entry.value);
    if (!form.ok) return;
    this.entries.set(key, entry);
    if (entry.kind === 'ip') this.ranges.add(key, parseIpRange(form.normal) as IpRange);
    else if (entry.kind === 'name') this.names.add(key, form.normal.split(' '), entry.distance);
    else {
      const slot = slotOf(entry.kind, form.normal);
      const keys = this.exact.get(slot) ?? new Set<string>();
      this.exact.set(slot, keys.add(key));
    }
  }

  remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    const form = normalForm(entry.kind, entry.value);
    if (!form.ok) return;
    if (entry.kind === 'ip') return this.ranges.remove(key, parseIpRange(form.normal) as IpRange);
    if (entry.kind === 'name') return this.names.remove(key);
    const slot = slotOf(entry.kind, form.normal);
    const keys = this.exact.get(slot);
    keys?.delete(key);
    if (keys?.size === 0) this.exact.delete(slot);
  }

  /** Every entry in force at `atMs` that the subject meets, in the order of their keys: the same lists give the same answer. */
  match(subject: ListSubject, atMs: number): ListMatches {
    const found = new Map<string, ListMatch>();
    const take = (key: string, what: string, distance: number): void => {
      const entry = this.entries.get(key) as ListEntryRecord;
      if (entry.expiresAt !== null && Date.parse(entry.expiresAt) <= atMs) return;
      if (!found.has(key)) found.set(key, { entry, what, distance });
    };
    const takeExact = (kind: ListKind, normal: string, what: string): void => {
      for (const key of this.exact.get(slotOf(kind, normal)) ?? []) take(key, what, 0);
    };
    for (const { role, bankCode, accountNumber } of subject.accounts) {
      takeExact('account', accountKey(bankCode, accountNumber), `${role} account`);
      takeExact('account', accountKey('*', accountNumber), `${role} account`);
      takeExact('bank', accountPart(bankCode), `${role} bank`);
    }
    const mailbox = mailboxOf(subject.email);
    if (mailbox !== null) {
      takeExact('email', mailbox, 'customer e-mail');
      takeExact('email', mailbox.slice(mailbox.lastIndexOf('@')), 'customer e-mail');
    }
    for (const { id, distance } of this.names.match(nameWords(subject.name))) take(id, 'customer name', distance);
    for (const key of this.ranges.match(subject.ip)) take(key, 'IP address', 0);
    return split(found);
  }
}

function split(found: ReadonlyMap<string, ListMatch>): ListMatches {
  const ordered = [...found.keys()].sort().map((key) => found.get(key) as ListMatch);
  const of = (list: ListName) => ordered.filter(({ entry }) => entry.list === list);
  return { black: of('black'), white: of('white') };
}

const slotOf = (kind: ListKind, normal: string): string => `${kind}|${normal}`;
