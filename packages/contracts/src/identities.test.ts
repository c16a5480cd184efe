import fc from 'fast-check';
import { v5 } from 'uuid';
import { alertIdOf, decisionIdOf } from './identities';

const NAMESPACE = 'b6b0f8a2-6a3e-5c0c-9f0a-6d6a8f6f2b11';
const text = fc.string({ unit: 'binary', maxLength: 2_000 }).filter((value) => Buffer.from(value).toString() === value);

test('identities are what the uuid package makes of their parts', () => {
  fc.assert(
    fc.property(fc.tuple(text, text, text, text), ([company, service, kind, subject]) => {
      expect(decisionIdOf(company, service, kind, subject)).toBe(v5(['decision', company, service, kind, subject].join('\u0000'), NAMESPACE));
    }),
    { numRuns: 500 },
  );
});

test('a part of any length counts to its last character', () => {
  const long = '€'.repeat(50_000);
  expect(decisionIdOf('acme', 's', 'k', long)).toBe(v5(['decision', 'acme', 's', 'k', long].join('\u0000'), NAMESPACE));
});

test('an alert keeps its identity for ever', () => {
  expect(alertIdOf('acme', 'ip-sharing', 'live', 'ip', '41.138.1.1', 'XOF', 1_763_731_200_000_000)).toBe('f611a6ce-5762-5210-b3d2-1fd4fc99d8e2');
});
