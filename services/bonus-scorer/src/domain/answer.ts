import { createHash } from 'node:crypto';
import { applicantIdOf, bonusChangeIdOf } from '@stakewatch/contracts';
import type { BonusChange, BonusStatus } from './inputs';
import type { Scored, ScoringResult } from './score';
import { documentTime } from './time';

/** Document 001, "Check out response". */
export interface BonusChangeAnswer {
  /** 24 hex digits, derived from company and txnId. */
  readonly id: string;
  /** 24 hex digits, one per player of a company. */
  readonly applicantId: string;
  readonly scope: 'events';
  readonly externalUserId: string;
  readonly clientId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly score: number;
  readonly review: {
    readonly reviewId: string;
    readonly attemptId: string;
    readonly attemptCnt: number;
    readonly elapsedSincePendingMs: number;
    readonly elapsedSinceQueuedMs: number;
    readonly createDate: string;
    readonly reviewResult: { readonly reviewAnswer: 'GREEN' | 'RED' };
    readonly reviewStatus: 'completed';
  };
  readonly createdAt: string;
  readonly scoringResult: ScoringResult;
  readonly typedTags: readonly { readonly type: string; readonly tag: string }[];
  /** True when the change took the bonus out of play without paying it: it is then no claim any more. */
  readonly txnInactive: boolean;
}

const OUT_OF_PLAY: readonly BonusStatus[] = ['canceled', 'lost', 'expired'];

/** Everything in it derives from the command and the state it met, so that a change decided again after a crash is answered the same. */
export function answerOf(change: BonusChange, scored: Scored): BonusChangeAnswer {
  const { companyId, request, receivedAt } = change;
  const { externalUserId, type, ...applicant } = request.applicant;
  const { txnId, sourceKey } = request;
  return {
    id: bonusChangeIdOf(companyId, txnId),
    applicantId: applicantIdOf(companyId, externalUserId),
    scope: 'events',
    externalUserId,
    clientId: companyId,
    data: {
      txnId,
      txnDate: documentTime(change.at),
      applicant: { externalUserId, ...(applicant.fullName === undefined ? {} : { fullName: applicant.fullName }), type: type ?? 'individual', ...applicant },
      type: request.type,
      gamblingBonusChangeInfo: request.gamblingBonusChangeInfo,
      ...(sourceKey === undefined ? {} : { sourceKey }),
    },
    score: scored.result.score,
    review: {
      reviewId: shortId('review', change.uuid),
      attemptId: shortId('attempt', change.uuid),
      attemptCnt: 0,
      elapsedSincePendingMs: change.queuedMs,
      elapsedSinceQueuedMs: change.queuedMs,
      createDate: documentTime(receivedAt),
      reviewResult: { reviewAnswer: scored.answer },
      reviewStatus: 'completed',
    },
    createdAt: documentTime(receivedAt),
    scoringResult: scored.result,
    typedTags: scored.result.tagScores.map(({ tag }) => ({ type: 'bonusAbuse', tag })),
    txnInactive: OUT_OF_PLAY.includes(request.gamblingBonusChangeInfo.status),
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Five letters, as the document's reviewId and attemptId. */
function shortId(kind: string, uuid: string): string {
  const digest = createHash('sha256').update(`${kind}|${uuid}`).digest();
  return Array.from({ length: 5 }, (_, index) => LETTERS[(digest[index] as number) % LETTERS.length]).join('');
}
