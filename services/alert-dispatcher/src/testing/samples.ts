import type { Alert, WebhookEndpointRecord } from '@stakewatch/contracts';
import type { Delivery } from '../core/delivery';

/** One delivery, of which a test changes what it is about. */
export function aDelivery(changes: Partial<Delivery> = {}): Delivery {
  const id = changes.id ?? '0b5b8f3e-3b0e-5d77-9d3c-6a5d5a0b9c01';
  return {
    id,
    deliveryId: id,
    endpointId: 'we_a',
    companyId: 'acme',
    eventType: 'alert.created',
    alertId: '7a1d2a55-6f4e-5b0c-8a58-d3b0b6a3b7c2',
    revision: 1,
    reason: 'schedule',
    commandId: null,
    eventReceivedAt: 1_790_000_000_000_000,
    attempts: 0,
    body: '{}',
    ...changes,
  };
}

export function anAlert(changes: Partial<Alert> = {}): Alert {
  return {
    alert_id: '7a1d2a55-6f4e-5b0c-8a58-d3b0b6a3b7c2',
    revision: 1,
    company_id: 'acme',
    status: 'open',
    mode: 'live',
    rule_id: 'deposit-burst',
    rule_version: 1,
    rule_title: 'Many deposits in a short time',
    severity: 'high',
    score: 40,
    tags: ['velocity'],
    subject_type: 'player',
    subject: 'player-456',
    player_id: 'player-456',
    window_start: 1_790_000_000_000_000,
    window_end: 1_790_000_600_000_000,
    event_uuid: '550e8400-e29b-81d4-a716-446655440000',
    event_timestamp: 1_790_000_123_456_789,
    currency: 'XOF',
    facts: [{ name: 'deposits', value: 6, window_start: 1_789_999_523_456_789, window_end: 1_790_000_123_456_789, truncated: false }],
    settings: '{"limit":5}',
    event_uuids: ['550e8400-e29b-81d4-a716-446655440000'],
    event_count: 6,
    event_received_at: 1_790_000_124_000_001,
    decided_at: 1_790_000_124_010_000,
    ...changes,
  };
}

/** The secret is base64 of "stakewatch test secret, 32 bytes"; it guards nothing. */
export const TEST_SECRET = `whsec_${Buffer.from('stakewatch test secret, 32 bytes').toString('base64')}`;

/** A well-formed endpoint id that reads as `name`. */
export const endpointIdOf = (name: string): string => `we_${name.padEnd(16, '0')}`;

export function anEndpoint(changes: Partial<WebhookEndpointRecord> = {}): WebhookEndpointRecord {
  return {
    id: endpointIdOf('a'),
    companyId: 'acme',
    url: 'https://hooks.example.com/stakewatch',
    events: ['alert.created', 'alert.updated'],
    secrets: [TEST_SECRET],
    status: 'enabled',
    disabledReason: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

const NOW_MICROS = Date.now() * 1_000;

/** One of many alerts that differ, on an event of just now. */
export const alertNo = (index: number, changes: Partial<Alert> = {}): Alert => anAlert({ event_received_at: NOW_MICROS, alert_id: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`, ...changes });
