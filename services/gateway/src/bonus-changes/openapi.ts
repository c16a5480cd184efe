import { type TSchema, Type } from '@sinclair/typebox';
import { choice, type Json, nullable, type SurfaceWriter } from '../docs/surface-writer';
import { BONUS_CHANGE_EXAMPLE } from './example';
import { BonusChangeRequest, PLAYER_ID } from './schema';

const Hex24 = Type.String({ pattern: '^[0-9a-f]{24}$' });
const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\+0000$', examples: ['2024-01-26 09:29:43+0000'] });
const ScoredRule = Type.Object({ id: Type.String(), title: Type.String(), score: Type.Number(), action: choice(['score', 'reject']), mode: choice(['live', 'dry_run']), version: Type.Integer(), tags: Type.Array(Type.String()) });
const page = (item: TSchema, more: Record<string, TSchema> = {}): TSchema =>
  Type.Object({ externalUserId: Type.String(), items: Type.Array(item), next: nullable(Type.String({ description: 'Give it as after for the next page; null on the last.' })), ...more });

export const BONUS_SCHEMAS: Record<string, TSchema> = {
  BonusChange: BonusChangeRequest,
  BonusChangeReview: Type.Object({
    id: Hex24,
    applicantId: Hex24,
    scope: Type.Literal('events'),
    externalUserId: Type.String(),
    clientId: Type.String(),
    data: Type.Object({}, { additionalProperties: true, description: 'The transaction as sent, its date in UTC.' }),
    score: Type.Number({ description: 'Bonus risk score.' }),
    review: Type.Object({
      reviewId: Type.String(),
      attemptId: Type.String(),
      attemptCnt: Type.Integer(),
      elapsedSincePendingMs: Type.Integer({ description: 'Milliseconds from received to queued.' }),
      elapsedSinceQueuedMs: Type.Integer(),
      createDate: Time,
      reviewResult: Type.Object({ reviewAnswer: choice(['GREEN', 'RED']) }),
      reviewStatus: Type.Literal('completed'),
    }),
    createdAt: Time,
    scoringResult: Type.Object({
      score: Type.Number(),
      dryScore: Type.Number({ description: 'Score with the matched dry-run rules.' }),
      matchedRules: Type.Array(ScoredRule),
      unmatchedRules: Type.Array(ScoredRule),
      action: choice(['score', 'reject']),
      ruleCnt: Type.Integer({ description: 'Live rules that matched.' }),
      dryRunRuleCnt: Type.Integer({ description: 'Dry-run rules that matched.' }),
      tagScores: Type.Array(Type.Object({ tag: Type.String(), score: Type.Number() })),
    }),
    typedTags: Type.Array(Type.Object({ type: Type.String(), tag: Type.String() })),
    txnInactive: Type.Boolean({ description: 'True when the change took the bonus out of play without paying it.' }),
  }),
  PlayerBonuses: page(Type.Object({ bonusId: Type.String(), status: choice(['activated', 'canceled', 'lost', 'finished', 'expired']), amount: Type.Number(), progress: Type.Object({ bets: Type.Integer(), wagered: Type.Number(), wagerRatio: Type.Number() }, { additionalProperties: true }) }, { additionalProperties: true })),
  PlayerLinks: page(
    Type.Object({
      externalUserId: Type.String(),
      weight: Type.Number({ description: '0 (nothing) to 1.' }),
      evidence: Type.Array(Type.Object({ type: choice(['device', 'phone', 'payment', 'ip', 'name']), value: Type.String(), weight: Type.Number(), players: Type.Integer() }, { additionalProperties: true })),
    }),
    { ring: nullable(Type.Object({ id: Type.String(), members: Type.Array(Type.String()) }, { additionalProperties: true, description: 'The claim ring that the player is in.' })) },
  ),
};

const PLAYER = { name: 'externalUserId', in: 'path', required: true, schema: PLAYER_ID };
const PAGE = [
  { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
  { name: 'after', in: 'query', required: false, description: 'next of the page before.', schema: { type: 'string' } },
];

export function bonusPaths({ success, failure, common, rateHeaders }: SurfaceWriter): Json {
  const bad = failure('Not valid, or an impossible transition: errors names each field.', rateHeaders);
  const post = (operationId: string, parameters: readonly Json[]): Json => ({
    tags: ['Bonuses'],
    operationId,
    summary: 'Send a change of a gambling bonus and get it scored',
    description: 'The same txnId again gets the first answer.',
    ...(parameters.length > 0 ? { parameters } : {}),
    requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/BonusChange' }, example: parameters.length > 0 ? BONUS_CHANGE_EXAMPLE : { ...BONUS_CHANGE_EXAMPLE, applicant: { externalUserId: 'player-456', ...BONUS_CHANGE_EXAMPLE.applicant } } } } },
    responses: { '200': success('Scored.', 'BonusChangeReview'), '400': bad, '413': failure('The body is larger than allowed.', rateHeaders), '415': failure('Only application/json is taken, plain or gzip.', rateHeaders), ...common },
  });
  const get = (operationId: string, summary: string, schema: string, parameters: readonly Json[]): Json => ({
    tags: ['Bonuses'],
    operationId,
    summary,
    parameters,
    responses: { '200': success('Found.', schema), '400': failure('A parameter is not valid.', rateHeaders), '404': failure('No such resource of your company.', rateHeaders), ...common },
  });
  return {
    '/api/v1/bonus-changes': { post: post('sendBonusChange', []) },
    '/api/v1/bonus-changes/{id}': { get: get('getBonusChange', 'Read a bonus change as it was answered', 'BonusChangeReview', [{ name: 'id', in: 'path', required: true, schema: Hex24 }]) },
    '/api/v1/players/{externalUserId}/bonus-changes': { post: post('sendPlayerBonusChange', [PLAYER]) },
    '/api/v1/players/{externalUserId}/bonuses': { get: get('getPlayerBonuses', "A player's bonuses and how they are played", 'PlayerBonuses', [PLAYER, ...PAGE]) },
    '/api/v1/players/{externalUserId}/links': { get: get('getPlayerLinks', 'Who a player is tied to, and by what', 'PlayerLinks', [PLAYER, ...PAGE]) },
  };
}
