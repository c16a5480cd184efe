/**
 * About how many units are one US dollar, to one significant digit: gives default thresholds a sensible size in every currency
 * and decides nothing else. A company sets exact ones by currency. An unlisted currency counts like the dollar.
 */
export const UNITS_PER_DOLLAR: Readonly<Record<string, number>> = {
  AED: 4, AFN: 70, ALL: 90, AMD: 400, ANG: 2, AOA: 900, ARS: 1000, AUD: 1.5, AWG: 2, AZN: 2, BAM: 2, BBD: 2, BDT: 100, BGN: 2,
  BHD: 0.4, BIF: 3000, BMD: 1, BND: 1, BOB: 7, BRL: 5, BSD: 1, BTN: 80, BWP: 10, BYN: 3, BZD: 2, CAD: 1.5, CDF: 3000, CHF: 1,
  CLF: 0.02, CLP: 900, CNY: 7, COP: 4000, COU: 10, CRC: 500, CUC: 1, CUP: 20, CVE: 100, CZK: 20, DJF: 200, DKK: 7, DOP: 60, DZD: 100,
  EGP: 50, ERN: 20, ETB: 100, EUR: 1, FJD: 2, FKP: 1, GBP: 1, GEL: 3, GHS: 10, GIP: 1, GMD: 70, GNF: 9000, GTQ: 8, GYD: 200,
  HKD: 8, HNL: 20, HRK: 7, HTG: 100, HUF: 400, IDR: 20000, ILS: 4, INR: 80, IQD: 1000, IRR: 40000, ISK: 100, JMD: 200, JOD: 0.7, JPY: 200,
  KES: 100, KGS: 90, KHR: 4000, KMF: 400, KPW: 900, KRW: 1000, KWD: 0.3, KYD: 1, KZT: 500, LAK: 20000, LBP: 90000, LKR: 300, LRD: 200, LSL: 20,
  LYD: 5, MAD: 10, MDL: 20, MGA: 4000, MKD: 60, MMK: 2000, MNT: 3000, MOP: 8, MRU: 40, MUR: 50, MVR: 20, MWK: 2000, MXN: 20, MYR: 4,
  MZN: 60, NAD: 20, NGN: 2000, NIO: 40, NOK: 10, NPR: 100, NZD: 2, OMR: 0.4, PAB: 1, PEN: 4, PGK: 4, PHP: 60, PKR: 300, PLN: 4,
  PYG: 8000, QAR: 4, RON: 4, RSD: 100, RUB: 90, RWF: 1000, SAR: 4, SBD: 8, SCR: 10, SDG: 600, SEK: 10, SGD: 1, SHP: 1, SLE: 20,
  SLL: 20000, SOS: 600, SRD: 40, SSP: 4000, STN: 20, SVC: 9, SYP: 10000, SZL: 20, THB: 30, TJS: 10, TMT: 4, TND: 3, TOP: 2, TRY: 40,
  TTD: 7, TWD: 30, TZS: 3000, UAH: 40, UGX: 4000, USD: 1, USN: 1, UYU: 40, UZS: 10000, VED: 200, VES: 200, VND: 30000, VUV: 100, WST: 3,
  XAF: 600, XCD: 3, XCG: 2, XOF: 600, XPF: 100, YER: 500, ZAR: 20, ZMW: 30, ZWG: 30, ZWL: 300,
};
