import { type ApiError } from '../app/api-error';
import { BONUS_CHANGE_EXAMPLE } from './example';
import { bonusDateMicros, playerFault, readBonusChange } from './validator';

const NOW = Date.UTC(2026, 1, 3) * 1000;

function faults(body: unknown, pathPlayer?: string): string[] {
  try {
    readBonusChange(body, pathPlayer, 'key', NOW, 'en');
  } catch (error) {
    return ((error as ApiError).details.errors ?? []).map(({ path }) => path).sort();
  }
  return [];
}

test("the document's request is read, its date in UTC, the player from the path", () => {
  expect(readBonusChange(BONUS_CHANGE_EXAMPLE, 'p1', 'key-1', NOW, 'en')).toEqual({
    player: 'p1',
    txnId: 'eaub8yhi6e45s3nx0pgpl',
    txnDate: Date.UTC(2024, 0, 25, 12, 20, 6) * 1000,
    request: { ...BONUS_CHANGE_EXAMPLE, applicant: { device: { fingerprint: 'wuzeu5iv89' }, externalUserId: 'p1' }, sourceKey: 'key-1' },
  });
});

test.each([
  ['2024-01-25 14:20:06+0200', Date.UTC(2024, 0, 25, 12, 20, 6)],
  ['2024-01-25 14:20:06+02:00', Date.UTC(2024, 0, 25, 12, 20, 6)],
  ['2024-01-25T12:20:06Z', Date.UTC(2024, 0, 25, 12, 20, 6)],
  ['2024-02-30 14:20:06+0200', NaN],
  ['2024-01-25 14:20:06', NaN],
  ['today', NaN],
])('%s is %d', (text, ms) => expect(bonusDateMicros(text)).toBe(ms * 1000));

test('a date is not needed', () => {
  const { txnDate: _date, ...body } = BONUS_CHANGE_EXAMPLE;
  expect(readBonusChange(body, 'p1', 'key', NOW, 'en').txnDate).toBeNull();
});

test('every fault is named', () => {
  expect(faults(BONUS_CHANGE_EXAMPLE)).toEqual(['applicant.externalUserId']);
  expect(faults({ ...BONUS_CHANGE_EXAMPLE, applicant: { externalUserId: 'other' } }, 'p1')).toEqual(['applicant.externalUserId']);
  expect(faults({})).toEqual(['gamblingBonusChangeInfo', 'txnId', 'type']);
  expect(faults({ ...BONUS_CHANGE_EXAMPLE, txnDate: '2030-01-01 00:00:00+0000' }, 'p1')).toEqual(['txnDate']);
  expect(faults({ ...BONUS_CHANGE_EXAMPLE, type: 'x', extra: 1, txnDate: 'x', gamblingBonusChangeInfo: { bonusId: 'b', amount: -1, status: 'won' } }, 'p1')).toEqual(['extra', 'gamblingBonusChangeInfo.amount', 'gamblingBonusChangeInfo.status', 'txnDate', 'type']);
  expect(faults([], 'p1')).toEqual(['body']);
  expect(faults({ ...BONUS_CHANGE_EXAMPLE, gamblingBonusChangeInfo: { ...BONUS_CHANGE_EXAMPLE.gamblingBonusChangeInfo, amount: '80' } }, 'p1')).toEqual(['gamblingBonusChangeInfo.amount']);
});

test.each([
  ['en', 'gamblingBonusChangeInfo.amount must be a number from 0 to 1000000000000000, got 1e+300'],
  ['fr', 'gamblingBonusChangeInfo.amount doit être un nombre de 0 à 1000000000000000, reçu 1e+300'],
] as const)('an amount beyond bounds is told both of them (%s)', (language, message) => {
  const body = { ...BONUS_CHANGE_EXAMPLE, gamblingBonusChangeInfo: { ...BONUS_CHANGE_EXAMPLE.gamblingBonusChangeInfo, amount: 1e300 } };
  expect(() => readBonusChange(body, 'p1', 'key', NOW, language)).toThrow(expect.objectContaining({ details: { errors: [{ path: 'gamblingBonusChangeInfo.amount', message }] } }));
});

test('two ids that would look the same in UTF-8 are no ids', () => {
  expect(faults({ ...BONUS_CHANGE_EXAMPLE, txnId: 'a\ud800', applicant: { externalUserId: 'p\udfff' } })).toEqual(['applicant.externalUserId', 'txnId']);
});

test.each(['p\u0000', 'p\n', 'x'.repeat(101), '\u009b31m'])('the player %j is refused in the path as in the body', (player) => {
  expect(playerFault(player)).toContain('text of 1 to 100 characters');
  expect(faults({ ...BONUS_CHANGE_EXAMPLE, applicant: { externalUserId: player } })).toEqual(['applicant.externalUserId']);
});

test.each(['p', '😀'.repeat(100), 'Jean Luc/7'])('the player %j is taken', (player) => expect(playerFault(player)).toBeNull());
