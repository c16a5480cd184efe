/** The request of document 001, word for word (its comments left out). */
export const BONUS_CHANGE_EXAMPLE = {
  txnId: 'eaub8yhi6e45s3nx0pgpl',
  type: 'gamblingBonusChange',
  gamblingBonusChangeInfo: {
    bonusId: 'cool_bonus_id',
    amount: 80,
    maxBonusAmount: 100,
    maxBetAmount: 5,
    wagerRequirement: 4000,
    status: 'activated',
    currencyType: 'crypto',
    cryptoParams: { attemptId: 'cool_attempt_ID', outputIndex: '123', cryptoChain: 'BTC' },
  },
  applicant: { device: { fingerprint: 'wuzeu5iv89' } },
  txnDate: '2024-01-25 14:20:06+0200',
};
