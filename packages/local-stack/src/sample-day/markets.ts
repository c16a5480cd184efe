/** Where players come from. Amounts in whole units of the currency; operators and countries are those of document 000. */
export interface Market {
  readonly country: string;
  readonly currency: string;
  readonly operators: readonly string[];
  /** Dialling code and the first digits of a mobile number. */
  readonly phone: string;
  /** First two numbers of an IPv4 address. */
  readonly network: string;
  /** An everyday stake; everything else is a multiple of it. */
  readonly stake: number;
  /** Share of the players. */
  readonly weight: number;
}

export const MARKETS: readonly Market[] = [
  { country: 'SEN', currency: 'XOF', operators: ['ORANGE_SN', 'WAVE_SN', 'FREE_SN'], phone: '+22177', network: '41.82', stake: 1000, weight: 45 },
  { country: 'CIV', currency: 'XOF', operators: ['ORANGE_CI', 'MTN_CI', 'WAVE_CI', 'MOOV_CI'], phone: '+22507', network: '41.207', stake: 1000, weight: 25 },
  { country: 'MLI', currency: 'XOF', operators: ['ORANGE_ML', 'WAVE_ML'], phone: '+22376', network: '41.73', stake: 500, weight: 10 },
  { country: 'GHA', currency: 'GHS', operators: ['MTN_GH', 'VODAFONE_GH'], phone: '+23324', network: '41.66', stake: 20, weight: 8 },
  { country: 'NGA', currency: 'NGN', operators: ['MTN_NG', 'OPAY_NG'], phone: '+23480', network: '41.58', stake: 1500, weight: 8 },
  { country: 'FRA', currency: 'EUR', operators: ['CARD', 'BANK_TRANSFER'], phone: '+3361', network: '90.12', stake: 10, weight: 4 },
];

export const SENEGAL = MARKETS[0] as Market;
