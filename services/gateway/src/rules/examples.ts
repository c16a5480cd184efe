import { CURL_EXAMPLE } from '../docs/examples';

/** A rule of each service as docs/rules.md and the OpenAPI document show them; tests hold them to be right. */
export const VELOCITY_RULE_EXAMPLE = {
  id: 'night-deposits',
  title: 'Many deposits in a short time',
  description: 'More deposits within ten minutes than a person makes.',
  per: 'player',
  on: ['DEPOSIT'],
  facts: { deposits: { fact: 'count', of: 'DEPOSIT', within: '10m' } },
  when: 'deposits > limit',
  settings: { limit: 5 },
  outcome: { severity: 'high', score: 40, tags: ['payments'] },
  examples: [
    { name: 'six deposits', given: [{ type: 'DEPOSIT', repeat: 6 }], then: 'alert' },
    { name: 'five deposits', given: [{ type: 'DEPOSIT', repeat: 5 }], then: 'silent' },
  ],
};

export const TRANSACTION_RULE_EXAMPLE = {
  kind: 'transaction',
  id: 'night-wires',
  title: 'Several transfers at once',
  description: 'An account sends more transfers within the hour than its owner usually does.',
  facts: { sent: { fact: 'count', of: 'sent', within: { setting: 'window' } } },
  when: 'sent > limit && transaction_type == "transfer"',
  settings: { window: '1h', limit: { individual: 3, corporate: 50 } },
  outcome: { code: 453, score: 50, comment: '{sent} transfers within {window}, more than {limit}' },
  examples: [
    { name: 'four within minutes', given: [{ repeat: 4 }], then: 'holds' },
    { name: 'a company may', given: [{ repeat: 4, account_type: 'corporate' }], then: 'silent' },
  ],
};

export const BONUS_RULE_EXAMPLE = {
  kind: 'bonus',
  id: 'big-bonus-shared-device',
  title: 'Large bonus on a device that claimed before',
  on: ['activated'],
  when: 'amount >= least && deviceClaimants >= 1.0',
  settings: { least: 50 },
  outcome: { severity: 'high', score: 60, tags: ['multi-account'], action: 'score', alert: true },
  examples: [
    { name: 'the second of a device', given: { status: 'activated', amount: 80, deviceClaimants: 1 }, then: 'match' },
    { name: 'the first', given: { status: 'activated', amount: 80 }, then: 'silent' },
  ],
};

export const TRY_EXAMPLE = { rule_id: 'deposit-burst', settings: { limit: 1 }, events: [CURL_EXAMPLE, { ...CURL_EXAMPLE, external_event_id: 'evt-124', event_timestamp: '2026-01-31T12:00:05Z' }] };
