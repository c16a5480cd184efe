import { murmur2, partitionOf } from './murmur2';

// Values of org.apache.kafka.common.utils.UtilsTest.testMurmur2.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
])('murmur2 of %s is what Java computes', (text, expected) => {
  expect(murmur2(Buffer.from(text)) | 0).toBe(expected);
});

test('a partition is within range for any key', () => {
  for (let index = 0; index < 1000; index += 1) {
    const partition = partitionOf(Buffer.from(`key-${index}`), 7);
    expect(partition).toBeGreaterThanOrEqual(0);
    expect(partition).toBeLessThan(7);
    expect(partitionOf(Buffer.from(`key-${index} and more`), 7, `key-${index}`.length)).toBe(partition);
  }
});
