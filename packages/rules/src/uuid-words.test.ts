import fc from 'fast-check';
import { uuidText, uuidWords } from './uuid-words';

const UUID = '0f8fad5b-d9cb-469f-a165-70867728950e';

test('a uuid and its words say the same', () => {
  expect(uuidText(uuidWords(UUID), 0)).toBe(UUID);
  fc.assert(fc.property(fc.uuid({ version: [1, 4, 5, 7, 8] }), (uuid) => expect(uuidText(uuidWords(uuid), 0)).toBe(uuid)));
});

test.each([UUID.toUpperCase(), UUID.slice(1), UUID.replace('-', '0'), `\u0130${UUID.slice(1)}`, `${UUID.slice(1)}\u0130`])('%s is none', (text) => {
  expect(() => uuidWords(text)).toThrow('not a lower-case uuid');
});
