import { Retriable } from '../log/port';

/** Answers that mean "not now": the server loads, is busy, full, or not (yet) the one to write to. */
const PASSING = /^(LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY|OOM|MISCONF|UNBLOCKED)\b/;

/** A Redis that is down or not ready is waited for; a wrong command is a bug and stays an error. */
export function asRedisError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'ReplyError' && !PASSING.test(error.message)) return error;
  return new Retriable(`redis: ${error.message}`, { cause: error });
}

/** What Redis answers. @throws as asRedisError says */
export async function guarded<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw asRedisError(error);
  }
}
