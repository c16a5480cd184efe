import { didYouMean, nearest } from './suggest';

test.each([
  ['deposit-brust', 'deposit-burst'],
  ['Deposit-Burst', 'deposit-burst'],
  ['bet-bursts', 'bet-burst'],
  ['betting.event.v1', 'betting.events.v1'],
])('%s: %s is meant', (word, meant) => expect(didYouMean(word, ['deposit-burst', 'bet-burst', 'betting.events.v1'])).toBe(meant));

test('nothing near: no guess', () => expect(didYouMean('structuring', ['deposit-burst', 'bet-burst'])).toBeNull());

test('several that may be meant come nearest first, few of them', () => {
  expect(nearest('acmee', ['globex', 'acmes', 'acme', 'acme-two'])).toEqual(['acmes', 'acme']);
  expect(nearest('glo', ['globex', 'acme', 'global-bets'])).toEqual(['globex', 'global-bets']);
  expect(nearest('a1', ['a2', 'a3', 'a4', 'a5'])).toEqual(['a2', 'a3', 'a4']);
});
