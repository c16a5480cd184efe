import { didYouMean } from './suggest';

test.each([
  ['deposit-brust', 'deposit-burst'],
  ['Deposit-Burst', 'deposit-burst'],
  ['bet-bursts', 'bet-burst'],
  ['betting.event.v1', 'betting.events.v1'],
])('%s: %s is meant', (word, meant) => expect(didYouMean(word, ['deposit-burst', 'bet-burst', 'betting.events.v1'])).toBe(meant));

test('nothing near: no guess', () => expect(didYouMean('structuring', ['deposit-burst', 'bet-burst'])).toBeNull());
