import { type Alert, attemptIdOf, deliveryIdOf, failingNoticeIdOf, noticeIdOf, type ResendCommand, type WebhookEndpointRecord } from '@stakewatch/contracts';
import type { Delivery } from './delivery';
import { alertBody, alertEventType, disabledNoticeBody, EVENT_TYPES, type FailingNotice, failingNoticeBody } from './payload';
import { safeUrl } from './safe-url';

/**
 * The deliveries that one revision of an alert makes: one to each endpoint of its company that takes its type, disabled ones
 * too (those wait until the endpoint is enabled again). Dry-run alerts are kept and never sent.
 */
export function deliveriesOf(alert: Alert, endpoints: readonly WebhookEndpointRecord[]): Delivery[] {
  if (alert.mode !== 'live') return [];
  const eventType = alertEventType(alert);
  const takers = endpoints.filter((endpoint) => endpoint.companyId === alert.company_id && takes(endpoint, eventType));
  if (takers.length === 0) return [];
  const body = alertBody(alert);
  return takers.map((endpoint) => {
    const deliveryId = deliveryIdOf(alert.alert_id, alert.revision, endpoint.id);
    return { id: deliveryId, deliveryId, endpointId: endpoint.id, ...aboutAlert(alert, eventType), reason: 'schedule', commandId: null, attempts: 0, body };
  });
}

/**
 * The deliveries of a resend command: to the endpoint it names, disabled or not (one attempt shows whether it lives again),
 * else to every enabled endpoint of the company. What an endpoint subscribes to does not count: it was asked for by hand.
 */
export function resendsOf(command: ResendCommand, alert: Alert, endpoints: readonly WebhookEndpointRecord[]): Delivery[] {
  const eventType = alertEventType(alert);
  const body = alertBody(alert);
  const own = endpoints.filter((endpoint) => endpoint.companyId === command.companyId);
  const targets = command.endpointId === null ? own.filter(({ status }) => status === 'enabled') : own.filter(({ id }) => id === command.endpointId);
  return targets.map((endpoint) => {
    const deliveryId = deliveryIdOf(alert.alert_id, alert.revision, endpoint.id);
    const id = attemptIdOf(deliveryId, 'resend', command.commandId);
    return { id, deliveryId, endpointId: endpoint.id, ...aboutAlert(alert, eventType), reason: 'resend', commandId: command.commandId, attempts: 0, body };
  });
}

/**
 * Tells the company's other enabled endpoints that one was disabled, and, for when it is enabled again, that one itself: a company may
 * have no other. The same ids however often it is worked. @param waits whether its messages wait for it where this one is put
 */
export function noticesOf(disabled: WebhookEndpointRecord, reason: string, nowMs: number, endpoints: readonly WebhookEndpointRecord[], waits: boolean): Delivery[] {
  const body = disabledNoticeBody({ companyId: disabled.companyId, endpointId: disabled.id, url: safeUrl(disabled.url), reason, disabledAtMs: nowMs });
  const notice = { noticeId: noticeIdOf(disabled.id, disabled.updatedAt), eventType: EVENT_TYPES.endpointDisabled, body, nowMs };
  return [...(waits ? [noticeTo(disabled, notice)] : []), ...toOthers(disabled, endpoints, notice)];
}

/** Tells the company's other enabled endpoints that one does nothing but fail; the same ids for the same streak. */
export function warningsOf(failing: WebhookEndpointRecord, facts: Omit<FailingNotice, 'companyId' | 'endpointId' | 'url'>, endpoints: readonly WebhookEndpointRecord[]): Delivery[] {
  const body = failingNoticeBody({ companyId: failing.companyId, endpointId: failing.id, url: safeUrl(failing.url), ...facts });
  return toOthers(failing, endpoints, { noticeId: failingNoticeIdOf(failing.id, facts.failingSinceMs), eventType: EVENT_TYPES.endpointFailing, body, nowMs: facts.atMs });
}

interface Notice {
  readonly noticeId: string;
  readonly eventType: string;
  readonly body: string;
  readonly nowMs: number;
}

function toOthers(about: WebhookEndpointRecord, endpoints: readonly WebhookEndpointRecord[], notice: Notice): Delivery[] {
  const others = endpoints.filter(({ id, companyId, status }) => id !== about.id && companyId === about.companyId && status === 'enabled');
  return others.map((endpoint) => noticeTo(endpoint, notice));
}

function noticeTo({ id: endpointId, companyId }: WebhookEndpointRecord, { noticeId, eventType, body, nowMs }: Notice): Delivery {
  const deliveryId = deliveryIdOf(noticeId, 0, endpointId);
  return { id: deliveryId, deliveryId, endpointId, companyId, eventType, alertId: noticeId, revision: 0, reason: 'schedule', commandId: null, eventReceivedAt: nowMs * 1_000, attempts: 0, body };
}

function takes(endpoint: WebhookEndpointRecord, eventType: string): boolean {
  return endpoint.events.includes(eventType) || endpoint.events.includes('*');
}

function aboutAlert(alert: Alert, eventType: string) {
  return { companyId: alert.company_id, eventType, alertId: alert.alert_id, revision: alert.revision, eventReceivedAt: alert.event_received_at };
}
