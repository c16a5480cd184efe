import fc from 'fast-check';
import { ipSpelling } from './ip-address';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
  ['2001:DB8::1', '2001:db8::1'],
  ['2001:0db8:0:0::0:1', '2001:db8::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['::', '::'],
  ['::1', '::1'],
])('%s is written %s', (address, spelling) => expect(ipSpelling(address)).toBe(spelling));

test.each(['', 'localhost', '256.1.1.1', 'fe80::1%eth0', '1:2:3', '::1]/x[::1', 'a:b@c'])('%j, which is no address, stays as it is', (text) => expect(ipSpelling(text)).toBe(text));

test('two spellings of an address become one, which stays as it is', () => {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(groups, (parts) => {
      const short = ipSpelling(parts.map((part) => part.toString(16)).join(':'));
      expect(ipSpelling(parts.map((part) => part.toString(16).padStart(4, '0').toUpperCase()).join(':'))).toBe(short);
      expect(ipSpelling(short)).toBe(short);
    }),
  );
});
