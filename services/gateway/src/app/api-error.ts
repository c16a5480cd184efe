import { ERROR_CODES, type ErrorBody, type ErrorCode, type FieldError, type Language } from '@stakewatch/contracts';

/** A request that ends with one of the declared error codes. Thrown inside the gateway, turned into document 004's body at its edge. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: ErrorCode,
    readonly details: { readonly errors?: readonly FieldError[]; readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause });
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** Seconds after which a caller may try again when something we need is down. */
export const RETRY_AFTER_SECONDS = '2';

export const unavailable = (cause?: unknown): ApiError => new ApiError('UNAVAILABLE', { headers: { 'Retry-After': RETRY_AFTER_SECONDS }, cause });

/** Of the query or the headers. */
export const invalidParameter = (path: string, message: string): ApiError => new ApiError('INVALID_PARAMETER', { errors: [{ path, message }] });

/** Document 004, "Error Handling". */
export function errorBody(error: ApiError, requestId: string, language: Language, now: Date): ErrorBody {
  return {
    status: 'error',
    code: error.code,
    message: ERROR_CODES[error.code][language],
    timestamp: now.toISOString(),
    requestId,
    ...(error.details.errors ? { errors: error.details.errors } : {}),
  };
}
