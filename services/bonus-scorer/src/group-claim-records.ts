import { decisionIdOf, TOPICS } from '@stakewatch/contracts';
import type { AvroCodec, OutgoingRecord } from '@stakewatch/runtime';
import type { GroupClaim } from './domain/inputs';

/** Tells the other operators of the group of a claim: hashes only, each operator's copy in the order of its own log. */
export function groupClaimRecords(codec: AvroCodec, claim: GroupClaim, receivedAt: number, others: readonly string[]): readonly OutgoingRecord[] {
  if (claim.evidence.length === 0) return [];
  return others.map((company) => ({
    topic: TOPICS.bonusChanges.name,
    key: company,
    value: codec.encode('bonus-change', {
      uuid: decisionIdOf(company, 'bonus-scorer', 'group.claim', claim.claimUuid),
      company_id: company,
      kind: 'group_claim',
      received_at: receivedAt,
      player_id: null,
      txn_date: null,
      body: JSON.stringify(claim),
      signals: [],
    }),
  }));
}
