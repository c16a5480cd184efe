import { ipSpelling } from '@stakewatch/contracts';
import { type AlertContent, alertOf, ringAlerts } from './alerts';
import { answerOf, type BonusChangeAnswer } from './answer';
import { recount } from './bets';
import { type BonusRow, bonusesOf, changed, keepBonus, type Refusal, transitionFault } from './bonus';
import { type Facts, factsOf } from './facts';
import { evidenceHashes } from './group-claims';
import type { BonusChange, BonusChangeRequest } from './inputs';
import { type Attribute, observe } from './links';
import type { Policy } from './policy';
import { touch } from './profile';
import { reviseRings, ringSeeds } from './rings';
import type { Rows } from './rows';
import { score, type Scored } from './score';

export type ChangeOutcome =
  | { readonly kind: 'rejected'; readonly refusal: Refusal }
  | {
      readonly kind: 'decided';
      readonly answer: BonusChangeAnswer;
      readonly facts: Facts;
      readonly versions: Readonly<Record<string, number>>;
      readonly failures: Scored['failures'];
      readonly alerts: readonly AlertContent[];
      /** For an activation: hashes that other operators of the group are told. */
      readonly claimEvidence: readonly string[] | null;
    };

/** Decides one bonus change: lifecycle, evidence, rings, rules, answer. A refused change leaves nothing behind. */
export function decideChange(rows: Rows, change: BonusChange, policy: Policy): ChangeOutcome {
  const { request, at, uuid } = change;
  const info = request.gamblingBonusChangeInfo;
  const player = request.applicant.externalUserId;
  const current = rows.get<BonusRow>(bonusesOf(player), info.bonusId);
  const refusal = transitionFault(current, info.status);
  if (refusal) return { kind: 'rejected', refusal };

  touch(rows, player, at);
  const touched = attributesOf(request).flatMap((attribute) => observe(rows, player, attribute, at, uuid));
  const bonus = recount(rows, player, changed(current, termsOf(change)), info.status === 'activated');
  keepBonus(rows, player, bonus);
  const cause = { companyId: change.companyId, uuid, at, receivedAt: change.receivedAt };
  const rings = ringAlerts(rows, cause, reviseRings(rows, [player, ...ringSeeds(rows, player, touched)], policy.rings), policy);

  const facts = factsOf(rows, {
    companyId: change.companyId,
    player,
    bonus,
    at,
    status: info.status,
    currencyType: info.currencyType ?? 'fiat',
    cancelsBefore: current?.cancels ?? 0,
    play: null,
    rings: policy.rings,
  });
  const scored = score(policy, info.status, facts);
  const alerts = scored.matched.flatMap((rule) => alertOf(rows, cause, rule, player, bonus, facts, policy) ?? []);
  return {
    kind: 'decided',
    answer: answerOf(change, scored),
    facts,
    versions: scored.versions,
    failures: scored.failures,
    alerts: [...rings, ...alerts],
    claimEvidence: info.status === 'activated' ? evidenceHashes(rows, player) : null,
  };
}

function termsOf({ request, at }: BonusChange) {
  const { bonusId, status, amount, maxBonusAmount, maxBetAmount, wagerRequirement, currencyCode } = request.gamblingBonusChangeInfo;
  return {
    bonusId,
    status,
    amount,
    at,
    txnId: request.txnId,
    maxBonusAmount: maxBonusAmount ?? null,
    maxBetAmount: maxBetAmount ?? null,
    wagerRequirement: wagerRequirement ?? null,
    currencyCode: currencyCode ?? null,
  };
}

/** What the request says of the person. */
function attributesOf({ applicant, gamblingBonusChangeInfo: { cryptoParams } }: BonusChangeRequest): readonly Attribute[] {
  const account = cryptoParams?.address ?? cryptoParams?.attemptId;
  return [
    ...some('device', applicant.device?.fingerprint),
    ...some('phone', applicant.phone),
    ...some('ip', applicant.ip && ipSpelling(applicant.ip)),
    ...some('payment', account && `${cryptoParams?.cryptoChain ?? ''}:${account}`),
    ...some('name', applicant.fullName && normalName(applicant.fullName)),
  ];
}

const some = (type: Attribute['type'], value: string | undefined): readonly Attribute[] => (value ? [{ type, value }] : []);

/** Case, accents, spacing and the order of names don't make another person. */
export function normalName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean).sort().join(' ');
}
