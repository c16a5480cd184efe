import fc from 'fast-check';
import { parseJson, parsePassedOn, withoutRounding } from './json';

const read = (text: string) => parseJson(Buffer.from(text)) as Record<string, unknown>;

test.each([
  ['5000.0000000000001', '5000.0000000000001'],
  ['1e-400', '1e-400'],
  ['9007199254740993', '9007199254740993'],
  ['90071992547409.0000001', '90071992547409.0000001'],
  ['-0.00000000000000000000000000000000001e-300', '-0.00000000000000000000000000000000001e-300'],
])('%s, which a double would round to a whole number, is kept as text', (literal, kept) => {
  expect(read(`{"amount":${literal}}`)['amount']).toBe(kept);
});

test.each([['5000', 5000], ['5000.0', 5000], ['5000.0000000000000000', 5000], ['1e3', 1000], ['9007199254740992', 9007199254740992], ['0e-999', 0], ['2.5', 2.5], ['1.0e+1', 10]])('%s is exact', (literal, value) => {
  expect(read(`{"amount":${literal}}`)['amount']).toBe(value);
});

test('digits inside texts are left alone', () => {
  expect(read('{"id":"1234567890123456789 and \\"9007199254740993","n":1}')).toEqual({ id: '1234567890123456789 and "9007199254740993', n: 1 });
});

test('whole numbers that a double holds, and every text, come out as they went in', () => {
  const value = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.array(value)), (body) => {
      const text = JSON.stringify(body);
      expect(JSON.parse(withoutRounding(text))).toEqual(JSON.parse(text));
    }),
  );
});

test.each(['{', '', '{"a":1,}', '[1', 'nope', '{"a":1}{"b":2}', '\ufeff{}'])('%j is INVALID_JSON', (text) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'INVALID_JSON' }));
});

test.each([
  ['{"a": 1,\n "b": "x" "c": 2}', /at position 19 \(line 2, column 11\)/],
  ['\ufeff{}', /byte order mark/],
  ['{"a":}', /Unexpected token '}', "\{"a":\}"/],
  ['', /end of JSON input/],
])('%j says where', (text, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ details: { errors: [{ path: 'body', message: expect.stringMatching(message) as unknown }] } }));
});

test('bytes that are not UTF-8 are INVALID_JSON, not question marks', () => {
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toThrow(expect.objectContaining({ code: 'INVALID_JSON' }));
});

describe('a body that is passed on', () => {
  const refusal = (text: string): string => {
    try {
      parsePassedOn(Buffer.from(text));
    } catch (error) {
      const [{ path, message }] = (error as { details: { errors: [{ path: string; message: string }] } }).details.errors;
      return `${path}: ${message}`;
    }
    return 'none';
  };

  test('nests within bounds however small it is: it is written again, which takes more stack than reading it', () => {
    const nested = (levels: number) => `{"applicant":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(refusal(nested(31))).toBe('none');
    expect(refusal(nested(32))).toContain('nested deeper than 32');
    expect(refusal(nested(5000))).toContain('nested deeper than 32');
  });

  test.each([['{"a":"\\ud800"}', 'a'], ['{"a":[{"b":"x\\uDFFFy"}]}', 'a.0.b'], ['{"a":{"\\uD83D":1}}', 'a'], ['{"a":"\\ude00\\ud83d"}', 'a']])('%s has half a surrogate pair: the history would read nothing of the document', (text, path) => {
    expect(refusal(text)).toContain(`${path}: has half a surrogate pair`);
  });

  test.each(['{"a":"\\ud83d\\ude00 \\u00e9"}', '{"a":"😀"}', '{"a":"\\\\ud800"}'])('%s is taken', (text) => expect(refusal(text)).toBe('none'));
});
