import type { Language } from '@stakewatch/contracts';
import { ApiError } from '../app/api-error';
import type { Principal } from '../auth/authenticator';
import type { AnswerMemory } from './answer-memory';
import { acceptedOf, singleAnswer } from './answers';
import type { EventPublisher } from './publisher';
import type { EventValidator } from './validator';
import type { EventValues } from './event-values';

export interface SingleDeps {
  readonly validator: EventValidator;
  readonly publisher: EventPublisher;
  readonly answers: AnswerMemory;
  nowMicros(): number;
}

/** @throws {ApiError} INVALID_BODY */
export function readSingle(deps: SingleDeps, body: unknown, language: Language): EventValues {
  const now = deps.nowMicros();
  const values = deps.validator.accept(body, now);
  if (values) return values;
  throw new ApiError('INVALID_BODY', { errors: deps.validator.faults(body, now, language) });
}

/**
 * Takes single events in. The same event many times at once is published once per gateway, and every one of them gets the same
 * answer: the first that any gateway remembered.
 */
export function singleIntake(deps: SingleDeps): (principal: Principal, values: EventValues, admitted: Promise<void>) => Promise<string> {
  const running = new Map<string, Promise<string>>();

  const takeIn = async (scope: string, uuid: string, values: EventValues): Promise<string> => {
    const receivedAt = deps.nowMicros();
    await deps.publisher.publish([deps.publisher.recordOf(uuid, scope, values, receivedAt)]);
    // Remembered only now: an answer that Redis knows stands for an event that Kafka has.
    return singleAnswer(uuid, await deps.answers.remember(scope, uuid, acceptedOf(values, receivedAt)));
  };

  /** Whether the event is known is asked while the limit is: both are round trips to Redis. Nothing is written before `admitted`. */
  return async ({ scope, identity }, values, admitted) => {
    const uuid = identity.uuidOf(values.external_event_id);
    const name = `${scope}/${uuid}`;
    const [recalled] = await Promise.all([deps.answers.recall(scope, uuid), admitted]);
    // Another request of this gateway may have been answered since the question was asked.
    const known = recalled ?? deps.answers.own(scope, uuid);
    if (known) return singleAnswer(uuid, known);
    let answer = running.get(name);
    if (!answer) {
      answer = takeIn(scope, uuid, values).finally(() => running.delete(name));
      running.set(name, answer);
    }
    return answer;
  };
}
