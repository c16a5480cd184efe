import { InvalidCsv, readListCsv } from './csv';

test('rows with their lines, quotes, semicolons, a byte order mark', () => {
  expect(readListCsv('\ufefflist,kind,value,reason\r\nblack,name,"Doe, Jane","said ""no"""\r\n\r\nwhite,bank,001,\r\n')).toEqual([
    { line: 2, fields: { list: 'black', kind: 'name', value: 'Doe, Jane', reason: 'said "no"' } },
    { line: 4, fields: { list: 'white', kind: 'bank', value: '001', reason: '' } },
  ]);
  expect(readListCsv('List;Kind;Value\nblack;bank;001\n')).toMatchObject([{ fields: { list: 'black', kind: 'bank', value: '001' } }]);
});

test.each([
  ['', 'no column list, kind, value'],
  ['list,kind\nblack,bank', 'no column value'],
  ['list,kind,value,colour\nblack,bank,1,red', 'unknown columns colour'],
  ['list,kind,value\nblack,bank,"1', 'is not CSV'],
  [`list,kind,value\n${'black,bank,1\n'.repeat(50_001)}`, 'more than 50000 rows'],
])('%.30j is refused', (text, message) => expect(() => readListCsv(text)).toThrow(new RegExp(message)));

test('what is refused says so as InvalidCsv', () => expect(() => readListCsv('x')).toThrow(InvalidCsv));
