/**
 * Every error code of every surface, with its HTTP status and its message in each language offered.
 * The body is document 004's "Error Handling": status, code, message, timestamp, requestId (and errors for invalid bodies).
 */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface ErrorDeclaration {
  readonly status: number;
  readonly en: string;
  readonly fr: string;
}

export const ERROR_CODES = {
  BAD_REQUEST: { status: 400, en: 'This is not a readable HTTP request.', fr: "Ceci n'est pas une requête HTTP lisible." },
  INVALID_JSON: { status: 400, en: 'The body is not valid JSON.', fr: "Le corps n'est pas du JSON valide." },
  INVALID_BODY: { status: 400, en: 'The body is not valid; see errors.', fr: "Le corps n'est pas valide ; voir errors." },
  INVALID_PARAMETER: { status: 400, en: 'A parameter is not valid; see errors.', fr: "Un paramètre n'est pas valide ; voir errors." },
  EMPTY_BATCH: { status: 400, en: 'events is empty: send 1 to 1000 events.', fr: 'events est vide : envoyez de 1 à 1000 événements.' },
  BATCH_TOO_LARGE: { status: 400, en: 'events has more than 1000 entries: send them in several batches.', fr: 'events a plus de 1000 entrées : envoyez-les en plusieurs lots.' },
  TRANSACTION_CONFLICT: { status: 400, en: 'This transaction_id was used with other content; the first transaction stands.', fr: "Ce transaction_id a servi avec un autre contenu ; la première transaction reste." },
  IMPOSSIBLE_TRANSITION: { status: 400, en: 'The bonus cannot go from its present status to that one; see errors.', fr: 'Le bonus ne peut pas passer de son statut actuel à celui-ci ; voir errors.' },
  UNAUTHORIZED: { status: 401, en: 'The X-API-Key header is missing, unknown or revoked.', fr: "L'en-tête X-API-Key manque, est inconnu ou révoqué." },
  NOT_FOUND: { status: 404, en: 'There is no such resource.', fr: "Cette ressource n'existe pas." },
  METHOD_NOT_ALLOWED: { status: 405, en: 'This resource does not offer that method; see the Allow header.', fr: "Cette ressource n'offre pas cette méthode ; voir l'en-tête Allow." },
  REQUEST_TIMEOUT: { status: 408, en: 'The request did not arrive in time.', fr: "La requête n'est pas arrivée à temps." },
  IDEMPOTENCY_CONFLICT: { status: 409, en: 'This Idempotency-Key was used with another body; nothing was written.', fr: "Cette Idempotency-Key a servi avec un autre corps ; rien n'a été écrit." },
  RULE_CONFLICT: { status: 409, en: 'That does not go with the rule as it is; see errors.', fr: "Cela ne va pas avec la règle telle qu'elle est ; voir errors." },
  ENDPOINT_HELD: { status: 409, en: 'This endpoint was disabled by hand, not for its answers: ask who runs Stakewatch to enable it.', fr: "Ce point d'accès a été désactivé à la main, non pour ses réponses : demandez à qui gère Stakewatch de le réactiver." },
  VERSION_MISMATCH: { status: 412, en: 'It has another version by now: read it again and decide anew; see errors.', fr: 'La version a changé entre-temps : relisez-la et décidez à nouveau ; voir errors.' },
  BODY_TOO_LARGE: { status: 413, en: 'The body is larger than allowed.', fr: 'Le corps dépasse la taille permise.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, en: 'The body has a content type or an encoding that is not taken here; see errors.', fr: "Le corps a un type de contenu ou un encodage qui n'est pas accepté ici ; voir errors." },
  EXPECTATION_FAILED: { status: 417, en: 'The only expectation known is 100-continue.', fr: 'La seule attente connue est 100-continue.' },
  RATE_LIMITED: { status: 429, en: 'The rate limit of your plan is reached; wait for Retry-After seconds.', fr: 'La limite de votre forfait est atteinte ; attendez Retry-After secondes.' },
  TOO_MANY_CHECKS: { status: 429, en: 'As many rule checks and tries of yours are under way as may be at once; wait for Retry-After seconds.', fr: 'Autant de vérifications et d’essais de règles que permis sont déjà en cours pour vous ; attendez Retry-After secondes.' },
  HEADERS_TOO_LARGE: { status: 431, en: 'The headers are larger than allowed.', fr: 'Les en-têtes dépassent la taille permise.' },
  INTERNAL: { status: 500, en: 'Something failed on our side; retry with exponential backoff.', fr: 'Une erreur est survenue de notre côté ; réessayez plus tard.' },
  NOT_ACCEPTED: { status: 503, en: 'The events could not be kept and were not accepted; retry after Retry-After seconds.', fr: "Les événements n'ont pas pu être conservés ni acceptés ; réessayez après Retry-After secondes." },
  UNAVAILABLE: { status: 503, en: 'This service is starting, stopping or lacks something it needs; retry after Retry-After seconds.', fr: 'Ce service démarre, s’arrête ou attend une dépendance ; réessayez après Retry-After secondes.' },
  DECISION_TIMEOUT: { status: 504, en: 'The request is kept, but its decision did not come in time; read it later by its id, or send the same request again.', fr: 'La demande est conservée, mais sa décision tarde ; lisez-la plus tard par son identifiant, ou renvoyez la même demande.' },
} as const satisfies Record<string, ErrorDeclaration>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface FieldError {
  /** Dotted path of the field as the caller sent it, e.g. events.3.event.amount. */
  readonly path: string;
  readonly message: string;
  /** Where in the field's text, when that has a syntax of its own (a rule's condition). */
  readonly position?: TextPosition;
  /** For programs: wrong_type, out_of_range, unknown_setting, … Absent where the message says all. */
  readonly code?: string;
  /** What the value may be, as data: {type, unit, min, max}, or a list of words. */
  readonly allowed?: unknown;
  /** What to do about it. */
  readonly help?: string;
}

export interface TextPosition {
  /** Characters (UTF-16) before it, and how many are meant. */
  readonly offset: number;
  readonly length: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export interface ErrorBody {
  readonly status: 'error';
  readonly code: ErrorCode;
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
}
