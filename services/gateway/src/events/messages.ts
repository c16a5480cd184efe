import type { Language } from '@stakewatch/contracts';

/** The parts of a JSON schema that say what a field expects. */
export interface Expectation {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

type Phrases = Readonly<Record<Language, string>>;

const FORMAT_PHRASES: Readonly<Record<string, Phrases>> = {
  'iso-4217': { en: 'an ISO 4217 currency code such as XOF', fr: 'un code devise ISO 4217 tel que XOF' },
  'iso-3166-1-alpha-3': { en: 'an ISO 3166-1 alpha-3 country code such as SEN', fr: 'un code pays ISO 3166-1 alpha-3 tel que SEN' },
  'payment-operator': { en: 'the code of a payment operator (see GET /api/v1/lookups)', fr: "le code d'un opérateur de paiement (voir GET /api/v1/lookups)" },
  ip: { en: 'an IPv4 or IPv6 address', fr: 'une adresse IPv4 ou IPv6' },
  'date-time': { en: 'an existing ISO 8601 date and time from 1970 on with Z or an offset such as 2026-01-31T12:00:00Z', fr: 'une date et heure ISO 8601 existante, de 1970 ou plus tard, avec Z ou un décalage telle que 2026-01-31T12:00:00Z' },
};

/** What a field expects, as a phrase that follows "must be" / "doit être". */
export function expected(schema: Expectation, language: Language): string {
  const french = language === 'fr';
  const format = schema.format === undefined ? undefined : FORMAT_PHRASES[schema.format];
  if (format) return format[language];
  if (schema.enum) return (french ? 'parmi ' : 'one of ') + schema.enum.join(', ');
  if (schema.type === 'integer') return french ? `un entier de ${schema.minimum} à ${schema.maximum}` : `an integer from ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'number' && schema.maximum !== undefined) return french ? `un nombre de ${schema.minimum} à ${schema.maximum}` : `a number from ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'number') return french ? `un nombre d'au moins ${schema.minimum}` : `a number of at least ${schema.minimum}`;
  if (schema.type === 'object') return french ? 'un objet' : 'an object';
  if (schema.type === 'array') return french ? 'un tableau' : 'an array';
  return french ? `un texte de ${schema.minLength} à ${schema.maxLength} caractères sans caractère de contrôle` : `text of ${schema.minLength} to ${schema.maxLength} characters without control characters`;
}

const SHOWN_CHARACTERS = 100;

/** A value as it is shown to the caller who sent it: bounded, and never the inside of an object. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (typeof value === 'object' && value !== null) return '{…}';
  // Of a number beyond all doubles JSON has no word but null.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'null');
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** Wording fixed by document 000 for every language. */
export const unknownEventType = (value: unknown): string => `event_type invalide: ${typeof value === 'string' ? value.slice(0, SHOWN_CHARACTERS) : shown(value)}`;

export const mustBe = (path: string, schema: Expectation, value: unknown, language: Language): string =>
  language === 'fr' ? `${path} doit être ${expected(schema, language)}, reçu ${shown(value)}` : `${path} must be ${expected(schema, language)}, got ${shown(value)}`;

export const isRequired = (path: string, language: Language): string => (language === 'fr' ? `${path} est obligatoire` : `${path} is required`);

export const isUnknown = (path: string, language: Language): string => (language === 'fr' ? `${path} n'est pas un champ connu` : `${path} is not a known field`);

export const isInFuture = (path: string, value: unknown, language: Language): string =>
  language === 'fr' ? `${path} est à plus d'une heure dans le futur : ${shown(value)}` : `${path} is more than one hour in the future: ${shown(value)}`;

export const contradicts = (path: string, other: string, value: unknown, language: Language): string =>
  language === 'fr' ? `${path} contredit ${other}, reçu ${shown(value)}` : `${path} contradicts ${other}, got ${shown(value)}`;
