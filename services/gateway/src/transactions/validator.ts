import { type FieldError, type Language, type Transaction, transactionUuidOf } from '@stakewatch/contracts';
import { mailboxOf } from '@stakewatch/lists';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020';
import { ApiError } from '../app/api-error';
import { addEventFormats } from '../events/formats';
import { type Expectation, shown } from '../events/messages';
import { bodyFault } from '../events/schema-fault';
import { currencyExponent, type ExactAmount, exactAmount } from './amount';
import { EMAIL_FORMAT, PLACE_FORMAT, TransactionRequest, type TRANSACTION_EXAMPLE } from './schema';
import type { TransactionBody } from './transaction-body';

const MAX_FAULTS = 20;
const CONTROL = /[\p{Cc}\p{Cs}]/u;
const COORDINATES = /^\s*lat\s*=/i;
const ON_EARTH = /^\s*lat\s*=\s*[+-]?(?:90(?:\.0+)?|[0-8]?\d(?:\.\d{1,15})?)\s*,\s*lon\s*=\s*[+-]?(?:180(?:\.0+)?|(?:1[0-7]\d|\d{1,2})(?:\.\d{1,15})?)\s*$/i;

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true });
addEventFormats(ajv, { has: () => false });
ajv.addFormat(EMAIL_FORMAT, (text: string) => !CONTROL.test(text) && mailboxOf(text) !== null);
ajv.addFormat(PLACE_FORMAT, (text: string) => !CONTROL.test(text) && (!COORDINATES.test(text) || ON_EARTH.test(text)));
const validate = ajv.compile(TransactionRequest);

/** Reads a transaction into the command that the monitor decides on. @throws {ApiError} INVALID_BODY with every fault. */
export function readTransaction({ fields, amount }: TransactionBody, scope: string, receivedAt: number, language: Language): Transaction {
  const valid = validate(fields);
  const faults = valid ? [] : (validate.errors ?? []).slice(0, MAX_FAULTS).map((error) => faultOf(error, language));
  const exact = exactOf(fields, amount);
  if (exact && !exact.ok && !faults.some(({ path }) => path === 'amount')) faults.push({ path: 'amount', message: amountMessage(exact, amount as string, (fields as { currency: string }).currency, language) });
  if (faults.length > 0) throw new ApiError('INVALID_BODY', { errors: faults });
  return commandOf(fields as typeof TRANSACTION_EXAMPLE, (exact as { minor: number }).minor, scope, receivedAt);
}

/** Null where there is no number, or no currency to count it in. */
function exactOf(fields: unknown, amount: string | null): ExactAmount | null {
  const currency = (fields as { currency?: unknown } | null)?.currency;
  const exponent = typeof currency === 'string' ? currencyExponent(currency) : null;
  return amount === null || exponent === null ? null : exactAmount(amount, exponent);
}

function commandOf(sent: typeof TRANSACTION_EXAMPLE, minor: number, scope: string, receivedAt: number): Transaction {
  return {
    uuid: transactionUuidOf(scope, sent.transaction_id),
    company_id: scope,
    transaction_id: sent.transaction_id,
    received_at: receivedAt,
    amount_minor: minor,
    currency_exponent: currencyExponent(sent.currency) as number,
    currency: sent.currency,
    transaction_type: sent.transaction_type,
    account_type: sent.account_type,
    status: sent.status,
    origin_account_number: sent.origin_account.account_number,
    origin_bank_code: sent.origin_account.bank_code,
    destination_account_number: sent.destination_account.account_number,
    destination_bank_code: sent.destination_account.bank_code,
    ...sent.customer_details,
    ...sent.additional_info,
    kind: 'transaction',
  };
}

/** Asks for the decision on an earlier transaction; travels the same way, so that it is answered after what was sent before it. */
export function queryOf(transactionId: string, scope: string, receivedAt: number): Transaction {
  const nothing = { account_number: '', bank_code: '' };
  const empty = { transaction_id: transactionId, amount: 0, currency: 'XXX', transaction_type: '', account_type: '', status: '', origin_account: nothing, destination_account: nothing };
  const fields = { ...empty, customer_details: { customer_name: '', customer_email: '' }, additional_info: { ip_address: '', location: '', transaction_description: '' } };
  return { ...commandOf(fields, 0, scope, receivedAt), currency_exponent: 0, kind: 'query' };
}

function faultOf(error: ErrorObject, language: Language): FieldError {
  const own = error.keyword === 'format' && typeof error.data === 'string' ? FORMAT_MESSAGES[(error.parentSchema as Expectation).format ?? ''] : undefined;
  return bodyFault(error, language, (path) => (own ? `${path} ${own[language]}, ${language === 'fr' ? 'reçu' : 'got'} ${shown(error.data)}` : null));
}

const FORMAT_MESSAGES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  [EMAIL_FORMAT]: { en: 'must be an e-mail address', fr: 'doit être une adresse e-mail' },
  [PLACE_FORMAT]: { en: 'must be a place, or lat=..,lon=.. with degrees from -90 to 90 and -180 to 180', fr: 'doit être un lieu, ou lat=..,lon=.. en degrés de -90 à 90 et de -180 à 180' },
};

const AMOUNT_MESSAGES: Readonly<Record<'negative' | 'digits' | 'large', Readonly<Record<Language, (currency: string) => string>>>> = {
  negative: { en: () => 'amount must not be negative', fr: () => 'amount ne doit pas être négatif' },
  digits: { en: (currency) => `amount must have no more decimals than ${currency} has`, fr: (currency) => `amount ne doit pas avoir plus de décimales que ${currency}` },
  large: { en: (currency) => `amount must be at most ${Number.MAX_SAFE_INTEGER} minor units of ${currency}`, fr: (currency) => `amount doit être au plus de ${Number.MAX_SAFE_INTEGER} unités mineures de ${currency}` },
};

function amountMessage(exact: Extract<ExactAmount, { ok: false }>, literal: string, currency: string, language: Language): string {
  return `${AMOUNT_MESSAGES[exact.fault][language](currency)}, ${language === 'fr' ? 'reçu' : 'got'} ${literal.slice(0, 100)}`;
}
