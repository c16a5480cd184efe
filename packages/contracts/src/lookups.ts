/** Lookup tables of document 000, "GET /api/v1/lookups". Ids and names are the document's; ids it leaves open continue its order. */
export const EVENT_TYPES = [
  { id: 1, code: 'DEPOSIT', name: 'Deposit' },
  { id: 2, code: 'WITHDRAWAL', name: 'Withdrawal' },
  { id: 3, code: 'BET_PLACED', name: 'Bet Placed' },
  { id: 4, code: 'BET_WON', name: 'Bet Won' },
  { id: 5, code: 'BET_LOST', name: 'Bet Lost' },
  { id: 6, code: 'BONUS_CREDITED', name: 'Bonus Credited' },
  { id: 7, code: 'BONUS_USED', name: 'Bonus Used' },
  { id: 8, code: 'REFUND', name: 'Refund' },
  { id: 9, code: 'CASHOUT', name: 'Cash Out' },
  { id: 10, code: 'JACKPOT', name: 'Jackpot' },
] as const;

export const GAME_TYPES = [
  { id: 1, code: 'SPORTS', name: 'Sports Betting' },
  { id: 2, code: 'CASINO', name: 'Casino' },
  { id: 3, code: 'VIRTUAL', name: 'Virtual Sports' },
  { id: 4, code: 'LOTTERY', name: 'Lottery' },
  { id: 5, code: 'POKER', name: 'Poker' },
  { id: 6, code: 'ESPORTS', name: 'eSports' },
  { id: 7, code: 'LIVE_CASINO', name: 'Live Casino' },
] as const;

export const DEVICE_TYPES = [
  { id: 1, code: 'DESKTOP', name: 'Desktop' },
  { id: 2, code: 'MOBILE', name: 'Mobile' },
  { id: 3, code: 'TABLET', name: 'Tablet' },
  { id: 4, code: 'API', name: 'API' },
  { id: 5, code: 'OTHER', name: 'Other' },
] as const;

export interface PaymentOperator {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  /** ISO 3166-1 alpha-3; null where the operator belongs to no country. */
  readonly country: string | null;
}

/** The document fixes ids 1, 2, 5 and 6; the others fill and continue its table. More come from control.lookups.v1. */
export const PAYMENT_OPERATORS: readonly PaymentOperator[] = [
  { id: 1, code: 'ORANGE_SN', name: 'Orange Money Senegal', country: 'SEN' },
  { id: 2, code: 'WAVE_SN', name: 'Wave Senegal', country: 'SEN' },
  { id: 3, code: 'FREE_SN', name: 'Free Money Senegal', country: 'SEN' },
  { id: 5, code: 'ORANGE_CI', name: "Orange Money Côte d'Ivoire", country: 'CIV' },
  { id: 6, code: 'MTN_CI', name: "MTN Mobile Money Côte d'Ivoire", country: 'CIV' },
  { id: 7, code: 'WAVE_CI', name: "Wave Côte d'Ivoire", country: 'CIV' },
  { id: 8, code: 'MOOV_CI', name: "Moov Money Côte d'Ivoire", country: 'CIV' },
  { id: 9, code: 'ORANGE_ML', name: 'Orange Money Mali', country: 'MLI' },
  { id: 10, code: 'WAVE_ML', name: 'Wave Mali', country: 'MLI' },
  { id: 11, code: 'MTN_GH', name: 'MTN Mobile Money Ghana', country: 'GHA' },
  { id: 12, code: 'VODAFONE_GH', name: 'Vodafone Cash Ghana', country: 'GHA' },
  { id: 13, code: 'MTN_NG', name: 'MTN MoMo Nigeria', country: 'NGA' },
  { id: 14, code: 'OPAY_NG', name: 'OPay Nigeria', country: 'NGA' },
  { id: 15, code: 'BANK_TRANSFER', name: 'Bank Transfer', country: null },
  { id: 16, code: 'CARD', name: 'Card Payment', country: null },
];

export type EventTypeCode = (typeof EVENT_TYPES)[number]['code'];
