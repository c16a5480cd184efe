import type { FieldError, Language } from '@stakewatch/contracts';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020';
import { ApiError } from '../app/api-error';
import { addEventFormats } from '../events/formats';
import { contradicts, type Expectation, expected, isInFuture, isRequired, shown } from '../events/messages';
import { bodyFault } from '../events/schema-fault';
import { microsOf } from '../events/timestamp';
import { BonusChangeRequest, PLAYER_ID, TXN_DATE_FORMAT } from './schema';

const FUTURE_ALLOWANCE_MICROS = 3_600_000_000;
const MAX_FAULTS = 20;

type Fields = Readonly<Record<string, unknown>>;

export interface ValidBonusChange {
  readonly player: string;
  readonly txnId: string;
  /** Microseconds UTC; null: now. */
  readonly txnDate: number | null;
  /** The request with the player in its applicant, and its sourceKey. */
  readonly request: Fields;
}

/** `2024-01-25 14:20:06+0200` as the document writes it, or ISO 8601. NaN for anything else. */
export const bonusDateMicros = (text: string): number => microsOf(text.charAt(10) === ' ' ? `${text.slice(0, 10)}T${text.slice(11)}` : text);

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: false });
addEventFormats(ajv, { has: () => false });
ajv.addFormat(TXN_DATE_FORMAT, (text: string) => bonusDateMicros(text) >= 0);
const validate = ajv.compile(BonusChangeRequest);
const isPlayer = ajv.compile(PLAYER_ID);

/** What is wrong with a player's id in the path; the same is taken there as in a body. */
export const playerFault = (player: string): string | null => (isPlayer(player) ? null : `must be ${expected(PLAYER_ID as Expectation, 'en')}`);

/**
 * Reads one bonus change; the player is the path's or applicant.externalUserId.
 * @throws {ApiError} INVALID_BODY with every fault.
 */
export function readBonusChange(body: unknown, pathPlayer: string | undefined, sourceKey: string, nowMicros: number, language: Language): ValidBonusChange {
  if (!validate(body)) throw invalid((validate.errors ?? []).slice(0, MAX_FAULTS).map((error) => faultOf(error, language)));
  const fields = body as unknown as Fields & { txnId: string; txnDate?: string; applicant?: Fields; sourceKey?: string };
  const named = fields.applicant?.['externalUserId'] as string | undefined;
  const player = pathPlayer ?? named;
  const path = 'applicant.externalUserId';
  if (player === undefined) throw invalid([{ path, message: isRequired(path, language) }]);
  if (named !== undefined && named !== player) throw invalid([{ path, message: contradicts(path, 'externalUserId', named, language) }]);
  const txnDate = fields.txnDate === undefined ? null : bonusDateMicros(fields.txnDate);
  if (txnDate !== null && txnDate > nowMicros + FUTURE_ALLOWANCE_MICROS) throw invalid([{ path: 'txnDate', message: isInFuture('txnDate', fields.txnDate, language) }]);
  return { player, txnId: fields.txnId, txnDate, request: { ...fields, applicant: { ...fields.applicant, externalUserId: player }, sourceKey: fields.sourceKey ?? sourceKey } };
}

const invalid = (errors: readonly FieldError[]): ApiError => new ApiError('INVALID_BODY', { errors });

const faultOf = (error: ErrorObject, language: Language): FieldError => bodyFault(error, language, (path) => (path === 'txnDate' ? badDate(error.data, language) : null));

const badDate = (value: unknown, language: Language): string =>
  language === 'fr'
    ? `txnDate doit être une date et heure existante avec décalage telle que 2024-01-25 14:20:06+0200, reçu ${shown(value)}`
    : `txnDate must be an existing date and time with an offset such as 2024-01-25 14:20:06+0200, got ${shown(value)}`;
