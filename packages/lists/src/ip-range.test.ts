import fc from 'fast-check';
import { IpIndex } from './ip-index';
import { formatIpRange, type IpRange, maskTo, parseIp, parseIpRange } from './ip-range';

test.each([
  ['10.1.2.3', '10.1.2.3/32'],
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8::1/32', '2001:db8::/32'],
  ['::ffff:10.1.2.3', '10.1.2.3/32'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['::1', '::1/128'],
  ['2001:0:0:1::/64', '2001:0:0:1::/64'],
])('%s is %s', (text, expected) => expect(formatIpRange(parseIpRange(text) as IpRange)).toBe(expected));

test.each(['', '10.1.2', '10.1.2.3/33', '10.1.2.3/-1', '10.1.2.3/8/8', '::1/129', 'fe80::1%eth0', '::ffff:10.0.0.0/64', 'localhost', '0x0a.1.2.3', '010.1.2.3'])('%j is no range', (text) => expect(parseIpRange(text)).toBeNull());

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
      const range = parseIpRange(`${address}/${prefix}`);
      fc.pre(range !== null);
      return formatIpRange(parseIpRange(formatIpRange(range as IpRange)) as IpRange) === formatIpRange(range as IpRange);
    }),
  );
});

test('an address meets exactly the ranges that it lies in', () => {
  const range = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => parseIpRange(`${address}/${prefix}`)).filter((parsed) => parsed !== null);
  fc.assert(
    fc.property(fc.array(range, { maxLength: 10 }), fc.oneof(fc.ipV4(), fc.ipV6()), (ranges, address) => {
      const index = new IpIndex<number>();
      ranges.forEach((each, id) => index.add(id, each));
      const parsed = parseIp(address) as { family: 4 | 6; value: bigint };
      const bits = parsed.family === 4 ? 32 : 128;
      const expected = ranges.flatMap((each, id) => (each.family === parsed.family && maskTo(parsed.value, each.prefix, bits) === each.base ? [id] : []));
      expect([...index.match(address)].sort()).toEqual(expected.sort());
    }),
  );
});
