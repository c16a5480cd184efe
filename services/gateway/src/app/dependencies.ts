import { LogUnavailable } from '@stakewatch/runtime';
import { ApiError, RETRY_AFTER_SECONDS, unavailable } from './api-error';

/** What was asked of the history. @throws {ApiError} UNAVAILABLE when it does not answer. */
export const stored = <T>(asked: Promise<T>): Promise<T> => asked.catch((error: unknown) => Promise.reject(unavailable(error)));

/** What was asked of the log. @throws {ApiError} NOT_ACCEPTED or UNAVAILABLE when it does not answer. */
export function logged<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => Promise.reject(error instanceof LogUnavailable ? new ApiError('NOT_ACCEPTED', { headers: { 'Retry-After': RETRY_AFTER_SECONDS }, cause: error }) : unavailable(error)));
}
