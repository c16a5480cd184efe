import { secretsOf } from './secrets-file';

test("the local stack's file", () => {
  expect(secretsOf({ pepper: 'x', companies: [{ id: 'acme', webhookSecret: 'whsec_a' }, { id: 'broken' }] })).toEqual(new Map([['acme', ['whsec_a']]]));
});

test('a plain map, with one secret or two', () => {
  expect(secretsOf({ acme: 'whsec_a', globex: ['whsec_b', 'whsec_c', 7], other: 'nothing' })).toEqual(new Map([['acme', ['whsec_a']], ['globex', ['whsec_b', 'whsec_c']]]));
});

test.each([null, 5, 'text', []])('%j holds none', (content) => {
  expect(secretsOf(content).size).toBe(0);
});
