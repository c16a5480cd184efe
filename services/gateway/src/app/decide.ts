import { LogUnavailable, RequestTimeout, type DecisionReply, type DecisionRequest, type RequestClient, TooManyRequests } from '@stakewatch/runtime';
import { ApiError, RETRY_AFTER_SECONDS, unavailable } from './api-error';

/** Publishes a command and waits for its decision; what goes wrong on the way as the API's errors. @throws {ApiError} NOT_ACCEPTED, DECISION_TIMEOUT, UNAVAILABLE */
export async function decideOrFail(requests: RequestClient, request: DecisionRequest): Promise<DecisionReply> {
  try {
    return await requests.decide(request);
  } catch (error) {
    if (error instanceof RequestTimeout) throw new ApiError('DECISION_TIMEOUT', { cause: error });
    if (error instanceof TooManyRequests) throw unavailable(error);
    if (error instanceof LogUnavailable) throw new ApiError('NOT_ACCEPTED', { headers: { 'Retry-After': RETRY_AFTER_SECONDS }, cause: error });
    throw error;
  }
}
