export { InvalidCsv, LIST_COLUMNS, type ListRow, MAX_IMPORT_ROWS, readListCsv } from './csv';
export { distanceWithin } from './distance';
export { fold, nameWords } from './fold';
export { formatIpRange, type IpRange, parseIp, parseIpRange } from './ip-range';
export { listEntryKey, ListIndex, type ListMatch, type ListMatches, type ListSubject } from './list-index';
export { nameDistance } from './name-match';
export { accountKey, accountPart, mailboxOf, type NormalForm, normalForm } from './normal-form';
